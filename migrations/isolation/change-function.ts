/**
 * Changes one place of a function as the database has it now, as SQL, so that two migrations that change the same function never
 * undo one another.
 *
 * @param from a text that stands in it once; the migration fails where it does not
 */
export const changeFunction = (name: string, { from, to }: Readonly<Record<"from" | "to", string>>): string => `
  do $change$
  declare
    now_is text := pg_get_functiondef('${name}'::regproc);
  begin
    if (length(now_is) - length(replace(now_is, $from$${from}$from$, ''))) <> length($from$${from}$from$) then
      raise exception 'function ${name} does not hold, once, what this changes';
    end if;
    execute replace(now_is, $from$${from}$from$, $to$${to}$to$);
  end $change$;`;
