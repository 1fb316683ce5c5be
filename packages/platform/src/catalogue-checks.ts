/** What the checks look at: the catalogue, put into the words they use. */
const views = `
    relations as (
      select c.*, n.nspname, format('%s.%s', n.nspname, c.relname) as relation
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('public', 'app', 'app_private') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
         and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')),
    tables as (select * from relations where relkind in ('r', 'p')),
    owned as (
      select t.*, a.attnum as tenant_column, a.attnotnull, a.atttypid, pg_get_expr(d.adbin, d.adrelid) as tenant_default
        from tables t
        join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum),
    -- A partition is reached through its parent, whose policies apply; the grants below see to it that nothing else works.
    walled as (select * from owned where not relispartition),
    policies as (
      select r.oid, r.relation, p.polname, p.polpermissive, p.polcmd,
             pg_get_expr(p.polqual, p.polrelid) as visible, pg_get_expr(p.polwithcheck, p.polrelid) as writable,
             case p.polcmd when '*' then 'all' when 'r' then 'select' else 'write' end as command,
             array(select coalesce(rolname, 'public') from unnest(p.polroles) role left join pg_roles on oid = role) as roles
        from pg_policy p join relations r on r.oid = p.polrelid),
    grants as (
      select r.relation, r.relkind, r.relispartition, r.nspname, g.col, g.privilege_type as privilege, g.is_grantable,
             coalesce(o.rolname, 'public') as grantee
        from relations r
        cross join lateral (
          select null::name as col, acl.* from aclexplode(r.relacl) acl
          union all
          select a.attname, acl.* from pg_attribute a, aclexplode(a.attacl) acl where a.attrelid = r.oid) g
        left join pg_roles o on o.oid = g.grantee
       where g.grantee <> r.relowner),
    columns as (
      select r.relation, r.relkind, a.*, format_type(coalesce(nullif(t.typbasetype, 0), nullif(t.typelem, 0), t.oid), null) as type
        from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
        join pg_type t on t.oid = a.atttypid where r.relkind <> 'S'),
    functions as (
      select p.*, format('%s.%s(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as signature,
             case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) end as definition
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('public', 'app', 'app_private')
         and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')),
    keys as (
      select o.relation, o.tenant_column, o.oid, k.conname, k.conkey, k.confkey, k.confrelid, k.confdeltype, k.confupdtype
        from owned o join pg_constraint k on k.conrelid = o.oid and k.contype = 'f'),
    expressions as (
      select signature as relation, definition as sql from functions
      union all select relation, concat(visible, ' ', writable) from policies
      union all select r.relation, pg_get_expr(d.adbin, d.adrelid) from relations r join pg_attrdef d on d.adrelid = r.oid
      union all select r.relation, pg_get_constraintdef(k.oid) from relations r join pg_constraint k on k.conrelid = r.oid
      union all select r.relation, pg_get_viewdef(r.oid) from relations r where r.relkind in ('v', 'm'))`;

const wall = "(tenant_id = ( SELECT app.tenant() AS tenant))";

/** One line per rule: what it is called when broken, and who breaks it. */
// prettier-ignore
// oxfmt-ignore
const faults = [
  // Where things may be.
  `select nspname, 'is a schema nobody knows' from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'app', 'app_private', 'extensions')`,
  `select relation, 'has no tenant_id and is not listed as shared' from tables t where not exists (select from owned where oid = t.oid) and relation not in (select relation from shared)`,
  `select relation, 'is listed as shared but is not there' from shared where relation not in (select relation from tables)`,
  `select relation, 'is listed as shared but has a tenant_id' from owned where relation in (select relation from shared)`,
  `select relation, 'is a materialised view, which no policy guards' from relations where relkind = 'm'`,
  `select relation, 'is a foreign table, which no policy guards' from relations where relkind = 'f'`,
  `select relation, 'is a view without security_invoker' from relations where relkind = 'v' and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)`,
  `select relation, 'is unlogged, so a crash empties it' from tables where relpersistence = 'u'`,
  `select r.relation, format('has the rule %s, which runs with its owner''s rights', w.rulename) from relations r join pg_rewrite w on w.ev_class = r.oid where w.rulename <> '_RETURN'`,
  `select r.relation, format('has the trigger %s switched off', g.tgname) from relations r join pg_trigger g on g.tgrelid = r.oid where g.tgenabled in ('D', 'R')`,

  // Rows: enabled, forced, one restrictive wall and one permissive door.
  `select relation, 'has row-level security off' from walled where not relrowsecurity union all select s.relation, 'has row-level security off' from shared s join tables t using (relation) where s.wall is not null and not t.relrowsecurity`,
  `select relation, 'does not force row-level security' from walled where not relforcerowsecurity union all select s.relation, 'does not force row-level security' from shared s join tables t using (relation) where s.wall is not null and not t.relforcerowsecurity`,
  `select w.relation, 'has no restrictive policy to plumb_app on tenant_id for all commands' from walled w where not exists (select from policies p where p.oid = w.oid and not polpermissive and polcmd = '*' and roles = '{plumb_app}' and visible = '${wall}' and writable = '${wall}')`,
  `select relation, 'has no restrictive policy to plumb_app with its own wall' from shared s where wall is not null and not exists (select from policies p where p.relation = s.relation and not polpermissive and polcmd = '*' and roles = '{plumb_app}' and visible = s.wall and coalesce(writable, visible) = s.wall)`,
  `select w.relation, 'has no permissive policy to plumb_app, so it would look empty' from walled w where not exists (select from policies p where p.oid = w.oid and polpermissive and polcmd = '*' and roles = '{plumb_app}' and visible = 'true' and coalesce(writable, visible) = 'true')`,
  `select relation, format('has the policy %s for %s', polname, role) from policies, unnest(roles) role where role <> 'plumb_app' and format('%s: %s on %s', role, command, relation) not in (select holder from other_policies)`,

  // The tenant in every row and every key.
  `select relation, 'has a tenant_id that may be null' from owned where not attnotnull`,
  `select relation, 'has a tenant_id that is no uuid' from owned where atttypid <> 'uuid'::regtype`,
  `select relation, 'has a tenant_id without the default app.tenant()' from owned where tenant_default is distinct from 'app.tenant()'`,
  `select relation, 'has no primary key' from owned o where not exists (select from pg_index where indrelid = o.oid and indisprimary)`,
  `select o.relation, format('has the key %s, which does not begin with tenant_id', x.indexrelid::regclass) from owned o join pg_index x on x.indrelid = o.oid where (x.indisunique or x.indisexclusion) and x.indkey[0] <> o.tenant_column`,
  `select relation, format('has the foreign key %s, which does not begin with tenant_id on both sides', conname) from keys k where conkey[1] <> tenant_column or not (confrelid = to_regclass('public.tenants') and cardinality(conkey) = 1 or exists (select from owned o where o.oid = k.confrelid and k.confkey[1] = o.tenant_column))`,
  `select r.relation, format('has the foreign key %s, which cascades', k.conname) from tables r join pg_constraint k on k.conrelid = r.oid where k.contype = 'f' and (k.confdeltype not in ('a', 'r') or k.confupdtype not in ('a', 'r'))`,
  `select t.relation, format('is shared, but its foreign key %s points at a tenant''s rows', k.conname) from tables t join pg_constraint k on k.conrelid = t.oid join owned o on o.oid = k.confrelid where t.oid not in (select oid from owned)`,
  `select t.relation, format('has the constraint %s, which is not enforced', k.conname) from tables t join pg_constraint k on k.conrelid = t.oid where to_jsonb(k) ->> 'conenforced' = 'false'`,
  `select c.relation, format('numbers %s across tenants', c.attname) from columns c join owned o on o.oid = c.attrelid where c.attidentity <> '' or exists (select from pg_attrdef d where d.adrelid = c.attrelid and d.adnum = c.attnum and pg_get_expr(d.adbin, d.adrelid) like '%nextval(%')`,

  // Who owns, and who may what.
  `select relation, format('is owned by %s, which is no owner to trust', rolname) from (select relation, relowner as owner from relations union all select signature, proowner from functions) thing join pg_roles on pg_roles.oid = owner where rolcanlogin or rolsuper or rolbypassrls`,
  `select relation, format('grants %s to plumb_app', privilege) from grants where grantee = 'plumb_app' and (relkind = 'S' or privilege not in ('SELECT', 'INSERT', 'UPDATE'))`,
  `select relation, format('is a partition and grants %s to %s', privilege, grantee) from grants where relispartition`,
  `select relation, format('grants %s to public', privilege) from grants where grantee = 'public'`,
  `select relation, format('grants %s%s to plumb_relay', privilege, ' (' || col || ')') from grants where grantee = 'plumb_relay' and not exists (select from relay_columns k where k.privilege = format('%s %s', grants.privilege, relation) and k.col = grants.col)`,
  `select relation, format('grants %s to %s', privilege, grantee) from grants where grantee not in ('plumb_app', 'plumb_relay', 'public') or nspname = 'app_private'`,
  `select relation, format('lets %s pass %s on', grantee, privilege) from grants where is_grantable`,
  `select relation, format('is shared, yet grants %s to plumb_app', privilege) from grants join shared using (relation) where grantee = 'plumb_app' and privilege <> all (may)`,
  `select n.nspname, format('is a schema that grants %s to %s', privilege_type, coalesce(rolname, 'public')) from pg_namespace n, aclexplode(n.nspacl) acl left join pg_roles o on o.oid = acl.grantee where n.nspname in ('public', 'app', 'app_private', 'extensions') and acl.grantee <> n.nspowner and coalesce(rolname, 'public') in ('plumb_app', 'plumb_relay', 'public') and not (privilege_type = 'USAGE' and n.nspname in ('public', 'app') and rolname is not null)`,
  `select coalesce(d.defaclnamespace::regnamespace::text, 'database'), format('grants %s on everything new to %s', privilege_type, coalesce(rolname, 'public')) from pg_default_acl d, aclexplode(d.defaclacl) acl left join pg_roles o on o.oid = acl.grantee where acl.grantee <> d.defaclrole`,

  // Functions.
  `select signature, 'runs with its owner''s rights and is not listed' from functions where prosecdef and signature not in (select signature from definers)`,
  `select signature, 'is listed as running with its owner''s rights but does not' from definers where signature not in (select signature from functions where prosecdef)`,
  `select signature, 'runs with its owner''s rights on a search path of the caller' from functions where prosecdef and not coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false)`,
  `select signature, 'runs with its owner''s rights for everyone' from functions f where prosecdef and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) acl where acl.grantee = 0)`,
  `select signature, 'is marked leakproof, so it runs before the policies' from functions where proleakproof`,
  `select relation, 'reads a setting that may be missing' from expressions where sql ~* 'current_setting\\s*\\([^)]*,'`,

  // Money.
  `select relation, format('keeps %s as %s, and minor units are bigint', attname, type) from columns where attname ~ '_minor$' and atttypid <> 'bigint'::regtype`,
  `select relation, format('keeps %s as %s, which does not count exactly', attname, type) from columns where type in ('real', 'double precision', 'money')`,
];

export const checks = `${views}
  select relation, fault from (${faults.join("\n union all ")}) as found (relation, fault) order by relation, fault`;
