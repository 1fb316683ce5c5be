import type { Verb } from "./verb.ts";
import { keys } from "./verbs/keys.ts";
import { keysCreate } from "./verbs/keys-create.ts";
import { keysRevoke } from "./verbs/keys-revoke.ts";
import { keysRotate } from "./verbs/keys-rotate.ts";
import { list } from "./verbs/list.ts";
import { login } from "./verbs/login.ts";
import { logout } from "./verbs/logout.ts";
import { pdf } from "./verbs/pdf.ts";
import { show } from "./verbs/show.ts";
import { tenants } from "./verbs/tenants.ts";
import { whoami } from "./verbs/whoami.ts";

/** Every verb there is, in the order of the help. Parser, help and the guide's test read this list. */
export const verbs: readonly Verb[] = [
  login,
  logout,
  whoami,
  tenants,
  list,
  show,
  pdf,
  keys,
  keysCreate,
  keysRotate,
  keysRevoke,
];
