/**
 * Every refusal the product can voice. The key is public and permanent; its page is made from it: the title says what
 * happened, `remedy` what the reader can do.
 */
// prettier-ignore
// oxfmt-ignore
export const problemKinds = {
  // The request itself.
  "request-invalid":           { status: 422, title: "The request cannot be used as written", remedy: "Each entry of `errors` names a place and what is wrong there. Unknown members are refused rather than ignored." },
  "request-unreadable":        { status: 400, title: "The request cannot be read", remedy: "Send well-formed JSON in UTF-8 with `Content-Type: application/json`, or the media type that the operation documents." },
  "request-too-large":         { status: 413, title: "The request is too large", remedy: "Send less at once: bulk operations and uploads say how much they take." },
  "media-type-unsupported":    { status: 415, title: "The media type is not supported here", remedy: "Use the media type that the operation documents." },
  "address-unknown":           { status: 404, title: "Nothing lives at this address", remedy: "Compare the address with the OpenAPI document at `/v1/openapi.json`." },
  "method-not-allowed":        { status: 405, title: "This address does not take this method", remedy: "The `Allow` header names those it takes." },
  "precondition-failed":       { status: 412, title: "It changed since you looked at it", remedy: "Read it again, look at what changed, and send the request with its present `ETag`." },
  "rate-limited":              { status: 429, title: "Too many requests", remedy: "Wait as long as `Retry-After` says. Bulk operations do more with one request." },
  "service-unavailable":       { status: 503, title: "The service cannot answer right now", remedy: "Try again after `Retry-After`, with the same Idempotency-Key: what was acknowledged is kept." },

  // Writes that can be repeated.
  "idempotency-key-missing":   { status: 400, title: "This operation needs an Idempotency-Key", remedy: "Send a header `Idempotency-Key` with a value you never used before, such as a UUID, and repeat it when you retry." },
  "idempotency-key-invalid":   { status: 400, title: "The Idempotency-Key cannot be used", remedy: "Use 1 to 255 printable ASCII characters." },
  "idempotency-key-in-use":    { status: 409, title: "The first request with this key is not answered yet", remedy: "Wait as long as `Retry-After` says and send the same request again: it gets the first one's answer." },
  "idempotency-key-reused":    { status: 422, title: "This key was used for another request", remedy: "A key belongs to one request. Use a new one." },
  "secret-shown-once":         { status: 409, title: "The answer held a secret, which is shown once", remedy: "The first request took effect. Rotate the key to get a new secret." },

  // Who asks.
  "sign-in-needed":            { status: 401, title: "Sign in first", remedy: "Send `Authorization: Bearer` with an access token for this firm, or an API key." },
  "token-refused":             { status: 401, title: "This token does not let you in", remedy: "Sign in again. A token must be current, made for this service, and for the firm whose address you use." },
  "permission-missing":        { status: 403, title: "You may not do this", remedy: "Ask somebody whose role allows it, or an administrator for the role." },
  "tenant-not-found":          { status: 404, title: "The tenant does not exist", remedy: "Check the address: every firm has its own." },
  "membership-missing":        { status: 403, title: "You do not belong to this tenant", remedy: "Ask the firm's administrator to add you." },
  "origin-refused":            { status: 403, title: "The request came from another origin", remedy: "Ask from the firm's own pages. Programs send `Authorization` and no cookie." },

  // Work and its way in.
  "import-not-found":          { status: 404, title: "The import does not exist", remedy: "List the imports to find it." },
  "import-file-unreadable":    { status: 422, title: "The file cannot be read as this import", remedy: "The detail names the missing columns or the line. CSV in UTF-8 with a header line is expected." },
  "quarantined-row-not-found": { status: 404, title: "The quarantined row does not exist", remedy: "List the quarantine: it may have been corrected already." },
  "period-invalid":            { status: 422, title: "The period is not valid", remedy: "A period ends on a later day than it starts; its end is the first day that no longer belongs to it." },

  // Billing.
  "billing-run-not-found":     { status: 404, title: "The billing run does not exist", remedy: "List the billing runs to find it." },
  "billing-run-in-progress":   { status: 409, title: "A billing run is already in progress", remedy: "Wait for it, or cancel it." },
  "billing-run-move-refused":  { status: 409, title: "The billing run cannot make this move", remedy: "A run that is over can neither go on nor be cancelled; start another." },
  "policy-invalid":            { status: 422, title: "A policy cannot be used as written", remedy: "Each error names pack, rule, field and reason." },
  "policy-missing":            { status: 409, title: "No policy is published", remedy: "Have the firm's policies published, then ask again." },

  "policy-proposal-not-found": { status: 404, title: "The proposed policies do not exist", remedy: "List the proposals to find them." },
  "policy-proposal-refused":   { status: 409, title: "These policies cannot be proposed", remedy: "They are in force already: propose something else, or nothing." },
  "policy-dry-run-not-found":  { status: 404, title: "The dry run does not exist", remedy: "Find the proposal: it names its last dry run." },
  "policy-dry-run-refused":    { status: 409, title: "The dry run cannot be made", remedy: "Choose a later day to begin with. What was published already needs no dry run." },
  "policy-publication-not-found": { status: 404, title: "Such policies were never published", remedy: "List the publications to find what was in force." },
  "policy-publication-refused": { status: 409, title: "The policies cannot be published yet", remedy: "Dry-run the proposal after what was published last, look at what it would block, then publish." },

  // Invoices.
  "invoice-not-found":         { status: 404, title: "The invoice does not exist", remedy: "List the invoices to find it." },
  "invoice-move-refused":      { status: 409, title: "The invoice cannot make this move", remedy: "`open` lists the moves it can make. It may have moved on since you looked." },
  "duties-not-separate":       { status: 403, title: "The same person may not prepare and approve", remedy: "Ask somebody who neither prepared, submitted nor already approved it." },
  "content-changed":           { status: 409, title: "The invoice changed since you looked at it", remedy: "Read it again and approve the content it has now." },
  "work-changed":              { status: 409, title: "The work behind the invoice changed", remedy: "Revise the invoice, then have it approved again." },
  "exceptions-open":           { status: 409, title: "Blocking exceptions are still open", remedy: "`codes` names them. Cure the cause, then revise or submit again." },
  "revision-refused":          { status: 409, title: "The invoice cannot be revised", remedy: "Its work no longer makes one invoice here: discard it and bill again." },
  "waiver-refused":            { status: 409, title: "This cannot be waived", remedy: "Waive what stops the invoice now and lets itself be waived; cure the rest." },
  "issue-date-refused":        { status: 422, title: "The invoice cannot be issued on this date", remedy: "Dates of a series never go back, never lie ahead, and never fall into closed books." },
  "fx-rate-missing":           { status: 409, title: "The tax cannot be stated in the currency it is declared in", remedy: "Import the rate of the legal entity's source for the day, and revise the invoice when its rate is fixed with the draft." },
  "document-not-found":        { status: 404, title: "The document does not exist", remedy: "Documents are made within moments of issue; a draft has none." },
  "write-down-refused":        { status: 422, title: "This line cannot be lowered like this", remedy: "Lower a line that is charged for by at most what it comes to; withdraw what was decided about it before." },
  "write-down-not-found":      { status: 404, title: "The decision does not exist", remedy: "The invoice lists what was decided about its lines and stands." },
  "credit-refused":            { status: 422, title: "This cannot be credited", remedy: "Each entry of `errors` names a line and the reason. Read the invoice: it says what is left of each line." },
  "deposit-refused":           { status: 422, title: "This deposit cannot be asked for", remedy: "Each entry of `errors` names a member and the reason: all deposits of an engagement ask for no more than its fee or cap." },
  "reason-missing":            { status: 422, title: "This needs a reason", remedy: "Say why in a sentence: whoever is affected will read it." },

  "clock-not-found":           { status: 404, title: "The clock does not exist", remedy: "List the clocks: it may have stopped since you looked." },
  "clock-refused":             { status: 409, title: "The clock cannot be paused or resumed", remedy: "Read it: it stopped, or somebody paused or resumed it before." },
  "sla-policy-refused":        { status: 422, title: "These terms cannot be kept", remedy: "Each entry of `errors` names a place and what is wrong there. List the policies to see every wait there is." },

  // Money that comes in.
  "client-not-found":          { status: 404, title: "The client does not exist", remedy: "Look at one of its invoices to find it." },
  "client-merged":             { status: 409, title: "The client was merged into another", remedy: "Name the client that it is: the detail says which, and the list of clients finds it by either name." },
  "client-merge-refused":      { status: 409, title: "The two clients cannot be merged like this", remedy: "Each entry of `errors` has a code and the reason. Put right what blocks; accept the others by their codes. The plan says which is which. Nothing was changed." },
  "vat-id-check-refused":      { status: 422, title: "The answer of the VAT register cannot be kept", remedy: "Record an answer about the VAT id that the client has on file; correct the client first when the id is wrong there." },
  "legal-entity-not-found":    { status: 404, title: "The legal entity does not exist", remedy: "Look at one of its invoices to find it." },
  "payment-not-found":         { status: 404, title: "The payment does not exist", remedy: "List the payments to find it." },
  "application-not-found":     { status: 404, title: "The payment has no such application", remedy: "Read the payment: it lists what took it." },
  "application-refused":       { status: 422, title: "The payment cannot be applied like this", remedy: "Each entry of `errors` names an invoice and the reason. Nothing was applied." },
  "application-reversed":      { status: 409, title: "The application was taken back already", remedy: "Apply what is left of the payment anew." },
  "netting-refused":           { status: 422, title: "Nothing can be netted like this", remedy: "It takes credits with something left and open invoices, of one client, legal entity and currency." },
  "change-order-not-found":    { status: 404, title: "The change order does not exist", remedy: "List the change orders to find it." },
  "change-order-refused":      { status: 422, title: "The engagement cannot be amended like this", remedy: "Each entry of `errors` names a member and the reason. Nothing was changed." },
  "change-order-signed":       { status: 409, title: "The change order was signed already", remedy: "What was signed stays. Draft another order to change it again." },
  "closure-refused":           { status: 409, title: "The engagement cannot be closed on this day", remedy: "Each entry of `errors` says what stands in the way; the closure checklist says how much and which. Nothing was changed." },
  "closure-not-found":         { status: 404, title: "The closure does not exist", remedy: "Read the closure checklist of the engagement: it lists its closures." },
  "closure-reopened":          { status: 409, title: "The closure was undone already", remedy: "A closure is undone once. Close the engagement again when its work is over." },
  "engagement-closed":         { status: 409, title: "The engagement is closed", remedy: "Somebody else than who closed it can reopen it, with a reason." },
  "engagement-not-found":      { status: 404, title: "The engagement does not exist", remedy: "List the engagements' retainers or hour buckets to find it." },
  "retainer-refused":          { status: 422, title: "This retainer cannot be taken like this", remedy: "A retainer is paid by the payer of the engagement, in its legal entity and currency, and settled once it has run out." },
  "trust-refused":             { status: 422, title: "This trust money cannot be moved like this", remedy: "A matter pays out what it holds, and to the firm only what an issued invoice of the matter still asks for and nobody disputes." },
  "refund-refused":            { status: 422, title: "This much cannot be paid back", remedy: "Only what no invoice took can be paid back: take an application back first." },
  "retention-release-refused": { status: 422, title: "This much cannot be released", remedy: "Only what the client still keeps of the invoice can be released, to be paid on a day that is not over." },
  "write-off-refused":         { status: 422, title: "This much cannot be written off", remedy: "Only what is still open can be given up, and only on an issued invoice." },
  "collecting-terms-refused":  { status: 422, title: "These terms cannot be agreed", remedy: "Each entry of `errors` names a place and what is wrong there. Levels of a ladder follow each other by their days, and amounts are in the currency of the terms." },
  "dunning-notice-not-found":  { status: 404, title: "The dunning notice does not exist", remedy: "List the dunning notices to find it." },
  "dunning-withdrawal-refused": { status: 409, title: "The dunning notice cannot be withdrawn", remedy: "A notice is withdrawn once, and not while its fee is paid: take the payment's application back first." },
  "promise-not-found":         { status: 404, title: "The promise does not exist", remedy: "List the promises to find it." },
  "promise-refused":           { status: 422, title: "This promise cannot be kept on record", remedy: "A promise is about open invoices of one account, no more than they owe, by a day that is not over; an invoice is promised once at a time, and a promise withdrawn once." },
  "interest-claim-not-found":  { status: 404, title: "The claim of interest does not exist", remedy: "List the claims to find it." },
  "interest-claim-decided":    { status: 409, title: "The claim of interest was decided already", remedy: "Read it: it was charged, waived, or replaced by a later one." },
  "interest-refused":          { status: 422, title: "Interest cannot be claimed like this", remedy: "Record the base rates that the terms name, and claim anew what changed since it was proposed." },
  "return-refused":            { status: 409, title: "The payment cannot be taken back", remedy: "A payment is taken back once, whole, and not after a part of it was paid back to the client." },
  "bank-statement-refused":    { status: 422, title: "The bank statement cannot be taken in", remedy: "The detail names line and element. Nothing of the file was taken in: ask the bank for it anew, or have the account known first." },
  "bank-entry-not-found":      { status: 404, title: "The bank entry does not exist", remedy: "List the bank entries to find it." },
  "bank-entry-refused":        { status: 422, title: "The bank entry is not that", remedy: "Money that came in is settled as a payment, money that was taken back returns one; anything else is set aside with a reason." },
  "bank-entry-decided":        { status: 409, title: "The bank entry was decided already", remedy: "Read it: it says what became of it. What was applied is taken back at its payment." },
  "chargeback-not-found":      { status: 404, title: "The chargeback does not exist", remedy: "List the chargebacks to find it." },
  "chargeback-refused":        { status: 422, title: "The chargeback cannot be taken as said", remedy: "It is about money of a payment that is still here, is answered by its day at the latest, and each case is opened once." },
  "chargeback-decided":        { status: 409, title: "The chargeback was decided already", remedy: "Read it: it says how and why. What is taken back again is a new case." },
  "dispute-not-found":         { status: 404, title: "The dispute does not exist", remedy: "List the disputes to find it." },
  "dispute-refused":           { status: 422, title: "The dispute cannot be taken as said", remedy: "It is about what an issued invoice still asks for, each line once at a time, and what is credited by its decision fits what was decided." },
  "dispute-decided":           { status: 409, title: "The dispute was decided already", remedy: "Read it: it says how and why. What the client objects to anew is a new dispute." },
  "withholding-certificate-not-found": { status: 404, title: "The withholding certificate does not exist", remedy: "List the certificates to find it." },
  "withholding-certificate-refused": { status: 422, title: "The withholding certificate cannot be taken as said", remedy: "It proves tax that was withheld, whole and once: record what the client kept as a residual of its payment first." },
  "close-refused":             { status: 409, title: "The books of the month cannot be closed", remedy: "Each entry of `errors` names what stands in the way; the close checklist says how many, how much and which." },
  "month-close-not-found":     { status: 404, title: "The month was not closed", remedy: "List the closed months to find it." },
  "reopening-refused":         { status: 409, title: "The books cannot be reopened here", remedy: "Months are reopened from the last that was closed backwards, each once." },
  "booking-date-refused":      { status: 422, title: "Nothing can be booked on this day", remedy: "Choose a day after the books were closed, and not one that lies ahead." },

  // The firm's own affairs.
  "api-key-not-found":         { status: 404, title: "The API key does not exist", remedy: "List the keys to find it." },
  "api-key-scope-refused":     { status: 403, title: "You cannot give out what you do not hold", remedy: "Choose scopes that your own roles allow." },
  "api-key-revoked":           { status: 409, title: "The API key was revoked", remedy: "Create another one." },
  "tenant-configuration-invalid": { status: 422, title: "The tenant's configuration is not valid", remedy: "Each fault names the file, the field and the reason." },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

export type ProblemKind = keyof typeof problemKinds;

type ProblemOptions = {
  /** Safe to show to the caller. */
  readonly detail?: string;
  /** Extra members of the problem document, safe to show. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The underlying error. Logged, never sent. */
  readonly cause?: unknown;
};

/** An expected refusal. Anything else that is thrown is a bug and becomes a bare 500. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly kind: ProblemKind;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(kind: ProblemKind, options: ProblemOptions = {}) {
    super(options.detail ?? problemKinds[kind].title, { cause: options.cause });
    this.kind = kind;
    this.detail = options.detail;
    this.extra = options.extra ?? {};
  }

  /** The RFC 9457 document, served as `application/problem+json`. */
  toDocument(about: { readonly instance?: string; readonly requestId?: string } = {}) {
    const { status, title } = problemKinds[this.kind];
    return { type: `/problems/${this.kind}`, title, status, detail: this.detail, ...about, ...this.extra };
  }
}
