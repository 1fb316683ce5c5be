import type { Vocabulary } from "../vocabulary.ts";

// prettier-ignore
// oxfmt-ignore
export const castellVocabulary: Vocabulary = {
  words: {
    element: ["axis 3", "axis 7", "block 2", "the foundation slab", "segment S4", "the bearing zone", "the cap beam", "the joint at axis 5"],
    check: ["ultimate limit state", "serviceability", "fatigue", "seismic combination", "crack width", "construction stages"],
    sheet: ["general arrangement", "reinforcement drawings", "formwork drawings", "setting-out plan", "bar schedule"],
    borehole: ["BH-04", "BH-07", "BH-11", "BH-12", "BH-15", "CPT-3", "CPT-6"],
    soil: ["the silty sand layer", "the weathered marl", "the fill", "the clay below the footing", "the fractured limestone"],
    structure: ["section km 0+420", "section km 1+150", "the upper slope", "the anchored section", "foundation F7", "foundation F12"],
    unit: ["pumping station", "main line", "intake pipe", "storage basin", "outlet structure", "inlet chamber", "bypass"],
    case: ["the design flood", "peak summer demand", "dry-weather flow", "the 500-year return period", "the emergency case"],
    work: ["reinforcement of block 2", "the concrete pour of section 3", "backfilling along the north side", "the drainage layer", "formwork of the second lift", "earthworks at the access road"],
    party: ["the contractor", "the client", "the control body", "the municipality"],
  },
  practices: {
    structures: {
      "Calculation": [
        "Verification of {element}, {check}",
        "Load take-down for {element}, second iteration",
        "Finite element model of {element}: supports and load cases",
        "Recalculation of {element} after the change of concrete class",
        "Calculation note for {element}, {check}",
      ],
      "Drawings": [
        "Prepared {sheet} of {element}",
        "Corrected {sheet} of {element} after review",
        "Quantities from {sheet} of {element}",
      ],
      "Independent check": [
        "Independent check of {element}, {check}",
        "Check of {sheet} of {element} against the calculation",
      ],
      "Coordination": [
        "Design meeting with {party} on {element}",
        "Answered queries of {party} on {sheet}",
        "Interface list with {party} updated",
      ],
      "Inspection": [
        "Visual inspection of {element} with photographic record",
        "Checked cover and curing of {element} in the casting yard",
      ],
    },
    geotechnics: {
      "Ground investigation": [
        "Logged cores of {borehole}, samples chosen for the laboratory",
        "Evaluated laboratory results of {borehole}",
        "Programme of additional borings near {borehole} agreed with {party}",
        "Supervised boring {borehole}",
      ],
      "Calculation": [
        "Slope stability of {structure}, drained and undrained",
        "Bearing capacity and settlement of {structure} on {soil}",
        "Anchor lengths and test loads at {structure}",
        "Parameters of {soil} for the design of {structure}",
      ],
      "Monitoring": [
        "Evaluated piezometer and inclinometer readings at {structure}",
        "Monitoring report for {structure}, third quarter",
        "Alarm thresholds for {structure} reviewed with {party}",
      ],
      "Report": [
        "Geotechnical report for {structure}, chapter on {soil}",
        "Revised the foundation report after comments by {party}",
      ],
    },
    water: {
      "Modelling": [
        "Hydraulic model of the {unit} for {case}",
        "Calibrated the model at the {unit} with measured levels",
        "Simulated {case} with one line of the {unit} out of service",
        "Water balance for {case}, monthly steps",
      ],
      "Process design": [
        "Sizing of the {unit} for {case}",
        "Process diagram of the {unit} and list of equipment",
        "Compared two suppliers for the {unit}",
      ],
      "Permits": [
        "Environmental chapter for the {unit}, answers to {party}",
        "Prepared the file on discharge limits of the {unit} for {party}",
      ],
      "Drawings": [
        "Longitudinal section of the {unit}",
        "Layout of the {unit}, pipes and access",
        "Updated drawings of the {unit} after the site visit",
      ],
    },
    site: {
      "Site supervision": [
        "Supervised {work}",
        "Daily round: {work}, two remarks to {party}",
        "Accepted {work} together with {party}",
        "Checked levels and tolerances before {work}",
      ],
      "Measurement": [
        "Measured {work} for the monthly certificate",
        "Reconciled quantities of {work} with {party}",
      ],
      "Site meeting": [
        "Weekly site meeting with {party} and minutes",
        "Meeting with {party} on the programme after the bad weather",
      ],
      "Quality and safety": [
        "Test cubes and delivery notes for {work}",
        "Safety walk with {party}, edge protection at {work}",
        "Non-conformity report on {work} closed",
      ],
    },
  },
  internal: {
    "Calculation tools": ["Spreadsheet for anchor tests verified", "Template for bridge inspections"],
    "Standards and training": ["Course on the second generation of the Eurocodes", "Internal talk on pile testing"],
    "Tenders": ["Tender for a footbridge: method statement", "Fee estimate for a public tender"],
    "Department meetings": ["Department meeting", "Planning of staff for the quarter"],
  },
};
