import type { Vocabulary } from "../vocabulary.ts";

// prettier-ignore
// oxfmt-ignore
export const northwindVocabulary: Vocabulary = {
  words: {
    incident: ["INC-20418", "INC-20577", "INC-20993", "INC-21106", "INC-21342", "INC-21519", "INC-21780", "INC-22031", "INC-22264"],
    request: ["REQ-8841", "REQ-8902", "REQ-8977", "REQ-9075", "REQ-9130", "REQ-9210"],
    user: ["reception", "the accounts office", "a new starter", "the general manager", "the warehouse office", "a remote user", "the front desk"],
    fault: ["mailbox over quota", "printer queue stuck", "VPN dropping on reconnect", "account locked after password change", "slow sign-in", "missing network drive", "scanner not found"],
    device: ["access switch", "core switch", "firewall", "wireless controller", "backup server", "hypervisor host", "UPS"],
    location: ["the comms room", "the packing hall", "the second floor", "the depot", "the control building", "the branch", "the mill"],
    service: ["order service", "booking API", "identity service", "reporting job", "document store", "label printing service", "ingestion worker"],
    environment: ["staging", "production", "the test tenant", "the pilot site"],
    finding: ["an exposed admin port", "a weak cipher suite", "missing MFA on service accounts", "stale privileged accounts", "unsigned firmware", "over-broad firewall rule"],
    log: ["sign-in logs", "firewall logs", "endpoint alerts", "DNS logs"],
  },
  practices: {
    "service-desk": {
      "Incident": [
        "{incident}: {fault} for {user}, resolved remotely",
        "{incident}: {fault}, traced and fixed, user confirmed",
        "{incident}: call with {user}, {fault}, escalated with notes",
        "{incident}: recurring {fault}, cause found and documented",
      ],
      "Request": [
        "{request}: set up laptop and accounts for {user}",
        "{request}: access rights for {user} after approval by their manager",
        "{request}: moved workplace of {user}, cabling and telephone",
        "{request}: software installation for {user}",
      ],
      "Maintenance": [
        "Monthly patches, failures followed up for {user}",
        "Checked backup reports and restored a sample file",
        "Cleared inactive accounts with the client's list of leavers",
      ],
      "Service review": [
        "Monthly service review: figures and open tickets",
        "Wrote the knowledge article on {fault}",
      ],
    },
    "infrastructure": {
      "Installation": [
        "Installed and labelled {device} at {location}",
        "Cabling and patching at {location}, tested and documented",
        "Rack and power at {location}, {device} commissioned",
        "Replaced failed {device} at {location}",
      ],
      "Configuration": [
        "VLAN and routing changes on the {device}, out of hours",
        "Firmware upgrade of the {device} at {location} with rollback plan",
        "Wireless survey at {location} and channel plan",
        "Configured monitoring of the {device}",
      ],
      "Design": [
        "Network drawing for {location} brought up to date",
        "Bill of materials and lead times for {location}",
        "Design review with the client for {location}",
      ],
      "Fault finding": [
        "Intermittent loss at {location}, traced to the {device}",
        "Packet capture on the {device}, findings to the carrier",
        "Power event at {location}: checks and restart of the {device}",
      ],
    },
    "cloud": {
      "Development": [
        "{service}: validation of incoming records and tests",
        "{service}: pagination and filters for the list view",
        "{service}: retries and dead letters for failed messages",
        "{service}: role checks per tenant and test data",
        "{service}: fixed rounding in the daily totals",
      ],
      "Code review": [
        "Reviewed changes to the {service}",
        "Pairing on the {service}, error handling",
      ],
      "Deployment": [
        "Release of the {service} to {environment} with smoke test",
        "Pipeline for the {service}: build times and caching",
        "Rolled back the {service} in {environment}, cause analysed",
        "Certificates and secrets rotated in {environment}",
      ],
      "Migration": [
        "Trial migration to {environment}, counts reconciled",
        "Mapped folders and permissions for the move to {environment}",
        "Cut-over plan agreed with the client",
      ],
    },
    "security": {
      "Monitoring": [
        "Triage of {log}, two alerts closed as false positives",
        "Tuned detection on {log} after last week's noise",
        "Connected {log} to the monitoring and checked time stamps",
      ],
      "Assessment": [
        "Tested the perimeter, reported {finding}",
        "Verified the fix for {finding} in {environment}",
        "Review of {log} for signs of {finding}",
        "Interview on access to sensitive records",
      ],
      "Hardening": [
        "Removed {finding} in {environment}",
        "MFA roll-out, second group, with helpdesk cover",
        "Disk encryption: recovery keys escrowed and tested",
      ],
      "Reporting": [
        "Findings report with risk ratings, draft for the client",
        "Playbook for a ransomware incident: roles and first hour",
        "Walked the client through {finding} and the plan",
      ],
    },
  },
  internal: {
    "Team meeting": ["Weekly team meeting", "Handover of open tickets"],
    "Own systems": ["Patched our monitoring server", "Ticket system: new fields for contracts"],
    "Presales": ["Site visit for an offer", "Estimate for a network refresh"],
    "Certification and training": ["Preparation for vendor certification", "Internal workshop on network automation"],
  },
};
