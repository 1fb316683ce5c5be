/** What the server tells the application in the page itself. */
export type Boot = {
  readonly brand: {
    readonly name: string;
    /** Address of the picture. */
    readonly logo?: string;
    readonly logoSpellsName: boolean;
  };
};
