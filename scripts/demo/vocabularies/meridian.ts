import type { Vocabulary } from "../vocabulary.ts";

// prettier-ignore
// oxfmt-ignore
export const meridianVocabulary: Vocabulary = {
  words: {
    audience: ["the steering committee", "the works council", "the finance team", "the sponsor", "regional management", "the programme board"],
    deck: ["interim report", "decision paper", "board presentation", "workshop summary", "options paper", "final report"],
    market: ["the two core segments", "the home market", "the export markets", "the neighbouring regions", "the growth markets"],
    site: ["site two", "the main site", "the night shift", "the regional depot", "the pilot area", "both locations"],
    measure: ["throughput", "lead time", "overtime", "unit cost", "on-time delivery", "backlog"],
    output: ["throughput", "availability", "productive time", "on-time delivery"],
    system: ["the ERP extract", "the billing history", "the planning tool", "the CRM extract", "the legacy archive", "the document store"],
    entity: ["customer", "contract", "supplier", "asset", "product", "site", "invoice"],
    group: ["shift leaders", "team managers", "planners", "regional leads", "supervisors", "new managers"],
    scenario: ["the base case", "the downside case", "the growth case", "all three scenarios", "the phased option"],
  },
  practices: {
    strategy: {
      "Analysis": [
        "Modelled {scenario} and reconciled it with the management accounts",
        "Market sizing for {market}, second pass with revised shares",
        "Competitor cost comparison, updated for {market}",
        "Sensitivity analysis of {scenario} on price and volume",
        "Reviewed contract terms in {market}",
      ],
      "Client workshop": [
        "Prepared and ran the options workshop with {audience}",
        "Working session with {audience} on the assumptions behind {scenario}",
        "Interviewed three regional heads and wrote up the notes",
        "Half-day session on strategic choices with {audience}",
      ],
      "Report writing": [
        "Drafted the {deck} and agreed its storyline with {audience}",
        "Revised the {deck} after comments from {audience}",
        "Charts and appendix for the {deck}",
        "Quality review of the {deck}",
      ],
      "Steering": [
        "Weekly progress meeting with {audience}",
        "Prepared the decision log and actions for {audience}",
        "Call with {audience} on scope and timetable",
      ],
    },
    operations: {
      "Analysis": [
        "Analysed {measure} at {site} over the last thirteen weeks",
        "Root causes of lost {output} at {site}",
        "Built the baseline for {measure} from {system}",
        "Compared planned with actual {measure} at {site}",
        "Updated the savings tracker and reconciled it with controlling",
      ],
      "On-site support": [
        "Shift observation at {site}, start and handover",
        "Coached {group} on the daily performance meeting",
        "Value stream walk at {site} with {group}",
        "Supported {group} during the trial of the new schedule",
        "Time study at {site}",
      ],
      "Design": [
        "Designed the planning cycle for {site} with {group}",
        "Drafted standard work for {site}",
        "Layout options for {site}, material flow and staffing",
        "Defined the measures and escalation rules for {measure}",
      ],
      "Steering": [
        "Weekly progress meeting with {audience}",
        "Risk and dependency review with {audience}",
        "Prepared the status report for {audience}",
      ],
    },
    data: {
      "Data profiling": [
        "Profiled {entity} records in {system} and listed the exceptions",
        "Matched {entity} records between {system} and the master list",
        "Checked completeness and history of {entity} data in {system}",
        "Walked the {entity} defects through with the data owner",
      ],
      "Modelling": [
        "Extended the {entity} data model and documented the joins",
        "Refitted the model on the latest quarter, compared the error by segment",
        "Wrote and tested the transformation from {system}",
        "Feature review for the {entity} model with the client's analysts",
      ],
      "Engineering": [
        "Pipeline for {system}: incremental load and restart after failure",
        "Migration rehearsal of {entity} data, cut list and timings",
        "Fixed the {entity} interface after the schema change in {system}",
        "Code review and test data for the {entity} load",
      ],
      "Requirements": [
        "Requirements session on {entity} data with {audience}",
        "Evaluated two vendor answers on {system}",
        "Wrote acceptance criteria for the {entity} interface",
      ],
    },
    change: {
      "Client workshop": [
        "Facilitated the change workshop with {group}",
        "Dialogue session with {audience} on the new roles",
        "Feedback round with {group} after the first month",
      ],
      "Design": [
        "Drafted role descriptions for {group}",
        "Shift model variants: cover, breaks and cost compared",
        "Stakeholder map and plan for {group}",
        "Designed the training concept for {group}",
      ],
      "Training": [
        "Ran training for {group}, morning and afternoon sessions",
        "Prepared exercises and handouts for {group}",
        "One-to-one coaching of two {group}",
      ],
      "Communication": [
        "Drafted the information letter for {group} and agreed it with {audience}",
        "Question and answer paper for {audience}",
        "Pulse survey: evaluation and summary for {audience}",
      ],
    },
  },
  internal: {
    "Proposals": ["Proposal draft, scope and pricing", "Qualification call and follow-up notes", "Review of the offer with the partner"],
    "Client events": ["Preparation of the operations round table", "Hosted the client breakfast"],
    "Training": ["Facilitation training", "Internal case review", "Onboarding session for new colleagues"],
    "Methods library": ["Updated the diagnostic toolkit", "Anonymised a project case for the library"],
    "Team meetings": ["Practice meeting", "Office meeting", "Quarterly review with the practice lead"],
    "Recruiting": ["Interviews, two candidates", "Assessment day", "Screening of applications"],
  },
};
