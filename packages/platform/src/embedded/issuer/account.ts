/** A firm and whom it may sign in. */
export type SignInFirm = {
  readonly organization: string;
  readonly slug: string;
  readonly name: string;
  readonly people: readonly SignInPerson[];
};

export type SignInPerson = { readonly email: string; readonly name: string; readonly roles: readonly string[] };

/** A person in a firm: who signs in is always one of these, never a person alone. */
export type Account = { readonly id: string; readonly firm: SignInFirm; readonly person: SignInPerson };

/** Names firm and person, so that tokens are renewed for the firm they were made for. */
const accountId = (firm: SignInFirm, person: SignInPerson): string => `local|${firm.organization}|${person.email}`;

export const accountsOf = (firms: readonly SignInFirm[]): Account[] =>
  firms.flatMap((firm) => firm.people.map((person) => ({ id: accountId(firm, person), firm, person })));

/** Undefined for somebody who is no longer, or never was, of the firm. */
export const findAccount = (firms: readonly SignInFirm[], id: string | undefined): Account | undefined =>
  accountsOf(firms).find((account) => account.id === id);
