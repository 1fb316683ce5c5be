import type { Role } from "@plumbline/domain/access/roles";

/** Every word of the staff's pages, in English. What varies is a function, so that another language can order it its way. */
export const english = {
  close: "Close",
  skipToContent: "Skip to the content",
  mainNavigation: "Main",
  openNavigation: "Open the menu",
  pageTitle: (page: string, firm: string) => `${page} · ${firm}`,

  pipeline: "Pipeline",
  approvals: "Approvals",

  scheme: "Appearance",
  schemes: { light: "Light", dark: "Dark", system: "As the system" },
  account: "Your account",
  signOut: "Sign out",

  roles: {
    consultant: "Consultant",
    project_manager: "Project manager",
    practice_lead: "Practice lead",
    account_manager: "Account manager",
    billing_coordinator: "Billing coordinator",
    finance_approver: "Finance approver",
    controller: "Controller",
    ar_specialist: "Receivables",
    automation_admin: "Administrator",
    auditor: "Auditor",
    executive: "Executive",
  } as const satisfies Record<Role, string>,

  failed: "This could not be loaded",
  failedHere: (request: string) => `To ask for help, name request ${request}.`,
  retry: "Try again",
  notFound: "There is nothing at this address",
  notFoundHint: "It may have been moved, or the address is not complete.",
  toPipeline: "Back to the pipeline",
  loading: "Loading",
};
