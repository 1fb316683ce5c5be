import type { Vocabulary } from "../vocabulary.ts";

// prettier-ignore
// oxfmt-ignore
export const harborVocabulary: Vocabulary = {
  words: {
    opponent: ["opposing counsel", "counsel for co-defendant", "counsel for plaintiff", "counsel for the insurer"],
    discovery: ["first set of interrogatories", "second request for production", "requests for admission", "privilege log", "supplemental responses"],
    motion: ["motion to compel", "motion for summary judgment", "motion in limine", "motion to dismiss counterclaim", "opposition to motion for protective order"],
    witness: ["plant manager", "former controller", "quality engineer", "expert on damages", "corporate designee", "claims adjuster"],
    issue: ["limitation of damages", "spoliation", "breach of warranty", "choice of law", "laches"],
    document: ["stock purchase agreement", "asset purchase agreement", "disclosure schedules", "investor rights agreement", "operating agreement", "distribution agreement", "escrow agreement"],
    clause: ["indemnification", "non-competition", "change of control", "termination", "limitation of liability", "exclusivity", "governing law"],
    claim: ["claims 1-8", "claims 4 and 11", "the independent claims", "the method claims", "dependent claims 12-15"],
    art: ["the cited references", "the primary reference", "prior art search results", "the examiner's combination"],
    topic: ["overtime exemption", "meal break practice", "accommodation request", "non-solicitation covenant", "severance terms", "tenure procedure"],
    person: ["J. Amory", "client's general counsel", "R. Delacroix", "M. Tanaka", "client's HR director", "T. Osgood"],
  },
  practices: {
    litigation: {
      "L110 Fact investigation": [
        "Telephone conference with {person} regarding facts underlying {issue}",
        "Interview of {witness}; prepare memorandum to file",
        "Review documents received from {person} concerning {issue}",
      ],
      "L120 Analysis and strategy": [
        "Research and analyze authorities regarding {issue}",
        "Draft memorandum to {person} on {issue} and recommended course",
        "Strategy conference with trial team regarding {motion}",
      ],
      "L160 Settlement": [
        "Telephone conferences with {opponent} regarding terms of settlement",
        "Revise settlement agreement per comments of {person}",
        "Prepare mediation statement, section on {issue}",
      ],
      "L240 Dispositive motions": [
        "Draft {motion}; revise statement of undisputed facts",
        "Cite-check and finalize brief in support of {motion}",
        "Review {opponent}'s brief and outline reply regarding {issue}",
      ],
      "L310 Written discovery": [
        "Draft responses and objections to {discovery}",
        "Meet and confer with {opponent} regarding {discovery}",
        "Correspondence with {person} regarding verification of {discovery}",
      ],
      "L320 Document production": [
        "Second-level review of documents responsive to {discovery}, custodian {person}",
        "Quality control of production set; update {discovery}",
      ],
      "L330 Depositions": [
        "Prepare outline and exhibits for deposition of {witness}",
        "Attend deposition of {witness}",
        "Summarize transcript of deposition of {witness}",
      ],
      "L440 Other trial preparation": [
        "Prepare {witness} for trial testimony",
        "Revise exhibit list and objections; conference with {opponent} regarding same",
        "Draft proposed jury instructions on {issue}",
      ],
    },
    corporate: {
      "P200 Fact gathering and due diligence": [
        "Review material contracts for {clause} provisions; update diligence summary",
        "Conference with {person} regarding open diligence requests",
        "Review minute books and capitalization records",
      ],
      "P300 Structure and analysis": [
        "Analyze {clause} alternatives; email to {person} regarding same",
        "Research consent requirements under {document}",
        "Prepare closing checklist and step plan",
      ],
      "P400 Document preparation": [
        "Draft {document}, provisions on {clause}",
        "Prepare ancillary documents to {document}",
        "Revise {document} to reflect term sheet",
      ],
      "P500 Negotiation and revision": [
        "Negotiate {clause} provisions of {document} with {opponent}",
        "Review {opponent}'s mark-up of {document}; prepare issues list for {person}",
        "Conference call among counsel regarding {document}",
      ],
      "P600 Completion and closing": [
        "Coordinate signature pages and deliverables for {document}",
        "Attend closing; assemble closing set of {document}",
      ],
    },
    ip: {
      "C300 Analysis and advice": [
        "Analyze {claim} against {art}; draft opinion section",
        "Conference with inventors regarding {claim}",
        "Advise {person} on {clause} provisions of license",
      ],
      "C200 Researching law": [
        "Research written description requirement as applied to {claim}",
        "Review recent decisions regarding prosecution history estoppel",
      ],
      "C400 Third-party communication": [
        "Telephone interview with examiner regarding {claim}",
        "Correspondence with foreign associate regarding {claim}",
        "Negotiate {clause} terms with {opponent}",
      ],
      "L240 Dispositive motions": [
        "Draft claim construction brief regarding {claim}",
        "Revise expert declaration regarding {art}",
        "Prepare demonstratives on {claim} for hearing",
      ],
      "P400 Document preparation": [
        "Prepare response to office action: distinguish {claim} over {art}",
        "Draft specification and {claim} of continuation application",
        "Prepare information disclosure statement citing {art}",
      ],
    },
    employment: {
      "C100 Fact gathering": [
        "Interview {person} regarding {topic}",
        "Review personnel file and payroll records concerning {topic}",
      ],
      "C300 Analysis and advice": [
        "Advise {person} regarding {topic}",
        "Analyze exposure regarding {topic}; prepare memorandum",
        "Review policy language on {topic} and propose revisions",
      ],
      "L120 Analysis and strategy": [
        "Conference with {person} regarding defense of claims concerning {topic}",
        "Research state authorities on {topic}",
      ],
      "L160 Settlement": [
        "Prepare position statement for mediation, section on {topic}",
        "Negotiate terms of release with {opponent}",
      ],
      "P400 Document preparation": [
        "Draft agreement addressing {topic}",
        "Revise handbook section on {topic}",
        "Prepare separation agreement and transmittal to {person}",
      ],
    },
  },
  internal: {
    "Pitches and client events": ["Prepare response to panel counsel questionnaire", "Attend bar association reception with client"],
    "Continuing education": ["Attend continuing legal education program", "Prepare presentation on discovery of electronic records"],
    "Practice administration": ["Practice group meeting", "Review of matter budgets", "Associate review meeting"],
    "Tenant defense clinic": ["Advise clinic client regarding notice to quit", "Appear in housing court for clinic client"],
  },
};
