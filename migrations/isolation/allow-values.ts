/**
 * Widens a check of the form `column in (…)` by more values, as SQL. It starts from what the database allows now, so that
 * two migrations that widen the same check never undo one another, in whichever order they run.
 */
export const allowValues = (table: string, column: string, values: readonly string[]): string =>
  rebuild(table, column, `union select unnest('{${values.join(",")}}'::text[])`);

/** Takes values back that a migration allowed. */
export const forbidValues = (table: string, column: string, values: readonly string[]): string =>
  rebuild(table, column, `except select unnest('{${values.join(",")}}'::text[])`);

/** Lets a check of a table treat a value as it treats another: it stands wherever that one does. */
export const treatLike = (table: string, check: string, { value, like }: Readonly<Record<"value" | "like", string>>) =>
  redefine(table, check, `replace(definition, '''${like}''::text', '''${like}''::text, ''${value}''::text')`);

/** Takes back what `treatLike` said of a value. */
export const treatNoMore = (table: string, check: string, value: string): string =>
  redefine(table, check, `replace(definition, ', ''${value}''::text', '')`);

const redefine = (table: string, check: string, change: string): string => `
  do $$
  declare
    definition text;
  begin
    select pg_get_constraintdef(oid) into definition
      from pg_constraint where conname = '${check}' and conrelid = '${table}'::regclass;
    execute 'alter table ${table} drop constraint ${check}, add constraint ${check} ' || ${change};
  end $$;`;

const rebuild = (table: string, column: string, change: string): string => `
  do $$
  declare
    allowed text;
  begin
    select string_agg(quote_literal(value), ', ' order by value) into allowed
      from (select (regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''', 'g'))[1] as value
              from pg_constraint where conname = '${table}_${column}_check' and conrelid = '${table}'::regclass
            ${change}) v;
    execute format('alter table ${table} drop constraint ${table}_${column}_check,
      add constraint ${table}_${column}_check check (${column} in (%s))', allowed);
  end $$;`;
