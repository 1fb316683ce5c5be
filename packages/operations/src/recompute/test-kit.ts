import type { TestDatabase } from "@plumbline/testing/database";

/** Whoever gets behind the database's back is not stopped by checks either. */
export async function dropChecks(admin: TestDatabase["admin"]): Promise<void> {
  await admin.query(`
    do $$ declare found record; begin
      for found in select conrelid::regclass as relation, conname from pg_constraint
                    where connamespace = 'public'::regnamespace and contype = 'c' and conparentid = 0 loop
        execute format('alter table %s drop constraint %I', found.relation, found.conname);
      end loop;
    end $$`);
}
