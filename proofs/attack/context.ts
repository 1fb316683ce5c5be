import { catalogueFaults } from "@plumbline/platform/catalogue";
import { startTestServer } from "@plumbline/testing/test-server";
import { defineProof } from "../proof.ts";
import { attackTables, type Breach } from "./attack-tables.ts";
import { type BadContext, badContexts } from "./context-forms.ts";
import { probeForeignKeys } from "./foreign-keys.ts";
import { callEverything } from "./functions.ts";
import { playTricks } from "./session-tricks.ts";
import { openTwoTenants, type TwoTenants } from "./two-tenants.ts";

/** In a short run: one in so many statements under bad contexts; the turn passes through all of them. */
const everyShort = 23;
const shownMax = 20;

/**
 * Everything is made from the catalogue, so that a new table, key or function is attacked by being there. What is
 * planted must be caught, each by its own attack.
 */
export const proof = defineProof({
  promise:
    "without its own good context every statement against every tenant's table is refused, and with it 0 rows of another tenant are shown, touched or told apart from nothing",
  run: async ({ short, say }) => {
    const { server, stop } = await startTestServer();
    try {
      const two = await openTwoTenants(server);
      const linked = await openTwoTenants(server, "foreign keys");
      try {
        const bad = badOf(two);
        const every = short ? everyShort : 1;
        say(`${two.targets.length} tables, ${bad.length} bad contexts`);
        const tables = await attackTables(two, two.targets, { bad, every });
        const session = await playTricks(two, two.targets, { bad, every });
        const keys = await probeForeignKeys(linked);
        const called = await callEverything(two, bad);
        const planted = await plantDefects(two, linked);
        const breaches = [tables, session, keys, called].flatMap((part) => part.breaches);
        const missed = Object.entries(planted).filter(([, caught]) => !caught);
        return {
          ok: breaches.length === 0 && missed.length === 0 && two.targets.length > 30 && keys.keys > 30,
          figures: {
            tables: two.targets.length,
            badContexts: bad.length,
            statements: tables.statements,
            sessionTricks: session.tricks,
            foreignKeys: keys.keys,
            functions: called.functions,
            breaches: breaches.length,
            shown: breaches.slice(0, shownMax).map(inWords),
            plantedAndCaught: planted,
          },
        };
      } finally {
        await Promise.all([two.database.close(), linked.database.close()]);
      }
    } finally {
      await stop();
    }
  },
});

const inWords = ({ table, statement, context, what }: Breach) => `${table}: ${statement} (${context}): ${what}`;

const badOf = ({ database, us, them }: TwoTenants): BadContext[] =>
  badContexts(database.pool.sign(us), { us, them, key: database.contextKey });

/** Breaks one thing after another, each for as long as its attack runs, and says which were caught. */
async function plantDefects(two: TwoTenants, linked: TwoTenants): Promise<Record<string, boolean>> {
  const bad = badOf(two).filter(({ name }) => ["no context", "the other tenant"].includes(name));
  const clients = two.targets.filter(({ name }) => name === "public.clients");
  const onTables = async () => (await attackTables(two, clients, { bad, every: 1 })).breaches.length > 0;
  const inCatalogue = async () =>
    (await catalogueFaults(async (sql) => (await two.database.admin.query<Record<string, unknown>>(sql)).rows)).some(
      ({ fault }) => fault === "does not force row-level security",
    );
  const planted = async ({ database }: TwoTenants, ddl: string, undo: string, caught: () => Promise<boolean>) => {
    await database.admin.query(ddl);
    const was = await caught();
    await database.admin.query(undo);
    return was;
  };
  return {
    "row-level security off": await planted(
      two,
      "alter table clients disable row level security",
      "alter table clients enable row level security",
      onTables,
    ),
    "no wall": await planted(
      two,
      "alter policy tenant_isolation on clients using (true) with check (true)",
      "alter policy tenant_isolation on clients using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()))",
      onTables,
    ),
    "not forced": await planted(
      two,
      "alter table clients no force row level security",
      "alter table clients force row level security",
      inCatalogue,
    ),
    "a context that nobody verifies": await planted(
      two,
      `alter function app.tenant() rename to tenant_signed;
       create function app.tenant() returns uuid language sql stable
         return nullif(split_part(current_setting('app.ctx', true), '|', 1), '')::uuid;
       alter policy tenant_isolation on clients using (tenant_id = app.tenant())`,
      `alter policy tenant_isolation on clients using (tenant_id = (select app.tenant_signed()));
       drop function app.tenant(); alter function app.tenant_signed() rename to tenant`,
      onTables,
    ),
    "a foreign key without the tenant": await planted(
      linked,
      `alter table clients add constraint planted unique (id);
       alter table delivery_profiles drop constraint delivery_profiles_tenant_id_client_id_fkey,
         add constraint planted_key foreign key (client_id) references clients (id) not valid`,
      `alter table delivery_profiles drop constraint planted_key,
         add constraint delivery_profiles_tenant_id_client_id_fkey foreign key (tenant_id, client_id) references clients (tenant_id, id) not valid;
       alter table clients drop constraint planted`,
      async () => (await probeForeignKeys(linked)).breaches.length > 0,
    ),
  };
}
