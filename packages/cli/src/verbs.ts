import type { Verb } from "./verb.ts";
import { ageing } from "./verbs/ageing.ts";
import { approve } from "./verbs/approve.ts";
import { approveTime } from "./verbs/approve-time.ts";
import { bank } from "./verbs/bank.ts";
import { bankAside } from "./verbs/bank-aside.ts";
import { bankImport } from "./verbs/bank-import.ts";
import { bankReturn } from "./verbs/bank-return.ts";
import { bankSettle } from "./verbs/bank-settle.ts";
import { bankWaiting } from "./verbs/bank-waiting.ts";
import { baseRates } from "./verbs/base-rates.ts";
import { baseRatesRecord } from "./verbs/base-rates-record.ts";
import { bill } from "./verbs/bill.ts";
import { billCancel } from "./verbs/bill-cancel.ts";
import { billFollow } from "./verbs/bill-follow.ts";
import { billRuns } from "./verbs/bill-runs.ts";
import { changeOrders } from "./verbs/change-orders.ts";
import { changeOrdersDraft } from "./verbs/change-orders-draft.ts";
import { changeOrdersSign } from "./verbs/change-orders-sign.ts";
import { chargebacksAnswer } from "./verbs/chargebacks-answer.ts";
import { chargebacksDecide } from "./verbs/chargebacks-decide.ts";
import { chargebacksOpen } from "./verbs/chargebacks-open.ts";
import { chargebacks } from "./verbs/chargebacks.ts";
import { disputes } from "./verbs/disputes.ts";
import { disputesAcknowledge } from "./verbs/disputes-acknowledge.ts";
import { disputesDecide } from "./verbs/disputes-decide.ts";
import { disputesOpen } from "./verbs/disputes-open.ts";
import { disputesSay } from "./verbs/disputes-say.ts";
import { disputesShow } from "./verbs/disputes-show.ts";
import { clients } from "./verbs/clients.ts";
import { clientsMerge } from "./verbs/clients-merge.ts";
import { clientsPlan } from "./verbs/clients-plan.ts";
import { closure } from "./verbs/closure.ts";
import { closureClose } from "./verbs/closure-close.ts";
import { closureReopen } from "./verbs/closure-reopen.ts";
import { clocks } from "./verbs/clocks.ts";
import { clocksPause } from "./verbs/clocks-pause.ts";
import { clocksResume } from "./verbs/clocks-resume.ts";
import { close } from "./verbs/close.ts";
import { closeBooks } from "./verbs/close-books.ts";
import { closeReopen } from "./verbs/close-reopen.ts";
import { collecting } from "./verbs/collecting.ts";
import { collectingAgree } from "./verbs/collecting-agree.ts";
import { columns } from "./verbs/columns.ts";
import { conserve } from "./verbs/conserve.ts";
import { credit } from "./verbs/credit.ts";
import { deposit } from "./verbs/deposit.ts";
import { discard } from "./verbs/discard.ts";
import { dunning } from "./verbs/dunning.ts";
import { dunningRun } from "./verbs/dunning-run.ts";
import { dunningWithdraw } from "./verbs/dunning-withdraw.ts";
import { importFile } from "./verbs/import-file.ts";
import { interest } from "./verbs/interest.ts";
import { interestCharge } from "./verbs/interest-charge.ts";
import { interestClaim } from "./verbs/interest-claim.ts";
import { interestWaive } from "./verbs/interest-waive.ts";
import { issue } from "./verbs/issue.ts";
import { keys } from "./verbs/keys.ts";
import { keysCreate } from "./verbs/keys-create.ts";
import { keysRevoke } from "./verbs/keys-revoke.ts";
import { keysRotate } from "./verbs/keys-rotate.ts";
import { list } from "./verbs/list.ts";
import { login } from "./verbs/login.ts";
import { logout } from "./verbs/logout.ts";
import { margin } from "./verbs/margin.ts";
import { net } from "./verbs/net.ts";
import { pdf } from "./verbs/pdf.ts";
import { policy } from "./verbs/policy.ts";
import { policyDiff } from "./verbs/policy-diff.ts";
import { policyDryRun } from "./verbs/policy-dry-run.ts";
import { policyPropose } from "./verbs/policy-propose.ts";
import { policyPublish } from "./verbs/policy-publish.ts";
import { policyReplay } from "./verbs/policy-replay.ts";
import { policyRollback } from "./verbs/policy-rollback.ts";
import { policyTest } from "./verbs/policy-test.ts";
import { promises } from "./verbs/promises.ts";
import { promisesRecord } from "./verbs/promises-record.ts";
import { promisesWithdraw } from "./verbs/promises-withdraw.ts";
import { quarantine } from "./verbs/quarantine.ts";
import { quarantineFix } from "./verbs/quarantine-fix.ts";
import { rebill } from "./verbs/rebill.ts";
import { repricing } from "./verbs/repricing.ts";
import { recompute } from "./verbs/recompute.ts";
import { resume } from "./verbs/resume.ts";
import { returnInvoice } from "./verbs/return-invoice.ts";
import { revise } from "./verbs/revise.ts";
import { show } from "./verbs/show.ts";
import { statement } from "./verbs/statement.ts";
import { stuck } from "./verbs/stuck.ts";
import { submit } from "./verbs/submit.ts";
import { tenants } from "./verbs/tenants.ts";
import { trust } from "./verbs/trust.ts";
import { trustReconcile } from "./verbs/trust-reconcile.ts";
import { waive } from "./verbs/waive.ts";
import { waivers } from "./verbs/waivers.ts";
import { vatCheck } from "./verbs/vat-check.ts";
import { sla } from "./verbs/sla.ts";
import { slaSet } from "./verbs/sla-set.ts";
import { splits } from "./verbs/splits.ts";
import { withholding } from "./verbs/withholding.ts";
import { withholdingCertify } from "./verbs/withholding-certify.ts";
import { withholdingWithdraw } from "./verbs/withholding-withdraw.ts";
import { whoami } from "./verbs/whoami.ts";
import { writeDown } from "./verbs/write-down.ts";
import { writeDownWithdraw } from "./verbs/write-down-withdraw.ts";

/** Every verb there is, in the order of the help. Parser, help and the guide's test read this list. */
export const verbs: readonly Verb[] = [
  login,
  logout,
  whoami,
  tenants,
  columns,
  importFile,
  quarantine,
  quarantineFix,
  approveTime,
  changeOrders,
  changeOrdersDraft,
  changeOrdersSign,
  clients,
  clientsPlan,
  clientsMerge,
  closure,
  closureClose,
  closureReopen,
  bill,
  billFollow,
  billCancel,
  billRuns,
  deposit,
  stuck,
  clocks,
  clocksPause,
  clocksResume,
  sla,
  slaSet,
  list,
  show,
  submit,
  approve,
  issue,
  returnInvoice,
  revise,
  writeDown,
  writeDownWithdraw,
  waive,
  waivers,
  discard,
  credit,
  rebill,
  repricing,
  resume,
  vatCheck,
  pdf,
  bank,
  bankImport,
  bankWaiting,
  bankSettle,
  bankReturn,
  bankAside,
  chargebacks,
  chargebacksOpen,
  chargebacksAnswer,
  chargebacksDecide,
  disputes,
  disputesShow,
  disputesOpen,
  disputesAcknowledge,
  disputesSay,
  disputesDecide,
  splits,
  withholding,
  withholdingCertify,
  withholdingWithdraw,
  net,
  ageing,
  statement,
  collecting,
  collectingAgree,
  baseRates,
  baseRatesRecord,
  dunning,
  dunningRun,
  dunningWithdraw,
  promises,
  promisesRecord,
  promisesWithdraw,
  interest,
  interestClaim,
  interestCharge,
  interestWaive,
  close,
  closeBooks,
  closeReopen,
  conserve,
  margin,
  recompute,
  policy,
  policyTest,
  policyDiff,
  policyPropose,
  policyDryRun,
  policyPublish,
  policyRollback,
  policyReplay,
  trust,
  trustReconcile,
  keys,
  keysCreate,
  keysRotate,
  keysRevoke,
];
