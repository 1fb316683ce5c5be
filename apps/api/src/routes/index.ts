import type { Route } from "../route.ts";
import { createApiKey } from "./api-keys/create-api-key.ts";
import { listApiKeys } from "./api-keys/list-api-keys.ts";
import { revokeApiKey } from "./api-keys/revoke-api-key.ts";
import { rotateApiKey } from "./api-keys/rotate-api-key.ts";
import { listAuditEntries } from "./audit/list-audit-entries.ts";
import { createBankReturn } from "./bank/create-bank-return.ts";
import { createBankSettlement } from "./bank/create-bank-settlement.ts";
import { createBankStatements } from "./bank/create-bank-statements.ts";
import { createSettingAside } from "./bank/create-setting-aside.ts";
import { findBankEntry } from "./bank/find-bank-entry.ts";
import { listBankEntries } from "./bank/list-bank-entries.ts";
import { listBankStatements } from "./bank/list-bank-statements.ts";
import { createBillingRun } from "./billing-runs/create-billing-run.ts";
import { createCancellation } from "./billing-runs/create-cancellation.ts";
import { findBillingRun } from "./billing-runs/find-billing-run.ts";
import { listBillingRuns } from "./billing-runs/list-billing-runs.ts";
import { createChangeOrder } from "./change-orders/create-change-order.ts";
import { createChangeOrderSignature } from "./change-orders/create-change-order-signature.ts";
import { findChangeOrder } from "./change-orders/find-change-order.ts";
import { listChangeOrders } from "./change-orders/list-change-orders.ts";
import { createChargeback } from "./chargebacks/create-chargeback.ts";
import { createChargebackAnswer } from "./chargebacks/create-chargeback-answer.ts";
import { createChargebackDecision } from "./chargebacks/create-chargeback-decision.ts";
import { findChargeback } from "./chargebacks/find-chargeback.ts";
import { listChargebacks } from "./chargebacks/list-chargebacks.ts";
import { createDispute } from "./disputes/create-dispute.ts";
import { createDisputeAcknowledgement } from "./disputes/create-dispute-acknowledgement.ts";
import { createDisputeDecision } from "./disputes/create-dispute-decision.ts";
import { createDisputeMessage } from "./disputes/create-dispute-message.ts";
import { findDispute } from "./disputes/find-dispute.ts";
import { listDisputes } from "./disputes/list-disputes.ts";
import { createClockPause } from "./clocks/create-clock-pause.ts";
import { createClockResumption } from "./clocks/create-clock-resumption.ts";
import { createSlaPolicy } from "./clocks/create-sla-policy.ts";
import { listClocks } from "./clocks/list-clocks.ts";
import { listSlaPolicies } from "./clocks/list-sla-policies.ts";
import { createBaseRate } from "./collecting/create-base-rate.ts";
import { createClosure } from "./closures/create-closure.ts";
import { createClosureReopening } from "./closures/create-closure-reopening.ts";
import { findClosureChecklist } from "./closures/find-closure-checklist.ts";
import { createMonthClose } from "./closing/create-month-close.ts";
import { createReopening } from "./closing/create-reopening.ts";
import { findCloseChecklist } from "./closing/find-close-checklist.ts";
import { findMonthClose } from "./closing/find-month-close.ts";
import { listMonthCloses } from "./closing/list-month-closes.ts";
import { createCollectingTerms } from "./collecting/create-collecting-terms.ts";
import { createDunningRun } from "./collecting/create-dunning-run.ts";
import { createDunningWithdrawal } from "./collecting/create-dunning-withdrawal.ts";
import { createInterestCharge } from "./collecting/create-interest-charge.ts";
import { createInterestRun } from "./collecting/create-interest-run.ts";
import { createInterestWaiver } from "./collecting/create-interest-waiver.ts";
import { createPromise } from "./collecting/create-promise.ts";
import { createPromiseWithdrawal } from "./collecting/create-promise-withdrawal.ts";
import { findDunningNotice } from "./collecting/find-dunning-notice.ts";
import { listCollectingTerms } from "./collecting/list-collecting-terms.ts";
import { findInterestClaim } from "./collecting/find-interest-claim.ts";
import { listBaseRates } from "./collecting/list-base-rates.ts";
import { listInterestClaims } from "./collecting/list-interest-claims.ts";
import { findPromise } from "./collecting/find-promise.ts";
import { listPromises } from "./collecting/list-promises.ts";
import { listDunningNotices } from "./collecting/list-dunning-notices.ts";
import { createClientMerge } from "./clients/create-client-merge.ts";
import { createVatIdCheck } from "./clients/create-vat-id-check.ts";
import { findClient } from "./clients/find-client.ts";
import { findMergePlan } from "./clients/find-merge-plan.ts";
import { listClients } from "./clients/list-clients.ts";
import { createDepositRoute } from "./deposits/create-deposit.ts";
import { createWriteDownRoute } from "./write-downs/create-write-down.ts";
import { createWriteDownWithdrawalRoute } from "./write-downs/create-write-down-withdrawal.ts";
import { createCreditNoteRoute } from "./credits/create-credit-note.ts";
import { findRebillRoute } from "./credits/find-rebill.ts";
import { listExceptionCauses } from "./exceptions/list-exception-causes.ts";
import { listExceptions } from "./exceptions/list-exceptions.ts";
import { listHourBuckets } from "./hour-buckets/list-hour-buckets.ts";
import { listSplits } from "./splits/list-splits.ts";
import { createImport } from "./imports/create-import.ts";
import { findImport } from "./imports/find-import.ts";
import { listImports } from "./imports/list-imports.ts";
import { findDocument } from "./invoices/find-document.ts";
import { findInvoice } from "./invoices/find-invoice.ts";
import { findPipeline } from "./invoices/find-pipeline.ts";
import { invoiceMoves } from "./invoices/invoice-moves.ts";
import { listInvoices } from "./invoices/list-invoices.ts";
import { listLineEntries } from "./invoices/list-line-entries.ts";
import { listTimeline } from "./invoices/list-timeline.ts";
import { createRevenueRelease } from "./ledger/create-revenue-release.ts";
import { listLedgerBalances } from "./ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "./ledger/list-ledger-faults.ts";
import { createApplicationReversal } from "./payments/create-application-reversal.ts";
import { createApplications } from "./payments/create-applications.ts";
import { createNetting } from "./payments/create-netting.ts";
import { listMargins } from "./margins/list-margins.ts";
import { createPayment } from "./payments/create-payment.ts";
import { createRefund } from "./payments/create-refund.ts";
import { findPayment } from "./payments/find-payment.ts";
import { listPayments } from "./payments/list-payments.ts";
import { createPolicyCheck } from "./policies/create-policy-check.ts";
import { createPolicyDryRun } from "./policies/create-policy-dry-run.ts";
import { createPolicyProposal } from "./policies/create-policy-proposal.ts";
import { createPolicyPublication } from "./policies/create-policy-publication.ts";
import { createPolicyRollback } from "./policies/create-policy-rollback.ts";
import { findPolicyDryRun } from "./policies/find-policy-dry-run.ts";
import { findPolicyProposal } from "./policies/find-policy-proposal.ts";
import { findPolicyReplay } from "./policies/find-policy-replay.ts";
import { listDryRunInvoices } from "./policies/list-dry-run-invoices.ts";
import { listPolicyProposals } from "./policies/list-policy-proposals.ts";
import { listPolicyPublications } from "./policies/list-policy-publications.ts";
import { createQuarantineCorrections } from "./quarantine/create-quarantine-corrections.ts";
import { listQuarantinedRows } from "./quarantine/list-quarantined-rows.ts";
import { createRetainerSettlement } from "./retainers/create-retainer-settlement.ts";
import { listRetainers } from "./retainers/list-retainers.ts";
import { createRetentionRelease } from "./receivables/create-retention-release.ts";
import { createWriteOff } from "./receivables/create-write-off.ts";
import { findReceivable } from "./receivables/find-receivable.ts";
import { findStatement } from "./receivables/find-statement.ts";
import { listReceivables } from "./receivables/list-receivables.ts";
import { findRecomputation } from "./recomputations/find-recomputation.ts";
import { listRepricing } from "./repricing/list-repricing.ts";
import { listRecomputations } from "./recomputations/list-recomputations.ts";
import { findSession } from "./session/find-session.ts";
import { findBrand } from "./tenants/find-brand.ts";
import { listTenants } from "./tenants/list-tenants.ts";
import { createTrustReceipt } from "./trust/create-trust-receipt.ts";
import { createTrustReconciliation } from "./trust/create-trust-reconciliation.ts";
import { createTrustRefund } from "./trust/create-trust-refund.ts";
import { createTrustTransfer } from "./trust/create-trust-transfer.ts";
import { listTrustMatters } from "./trust/list-trust-matters.ts";
import { createClientWaiver } from "./waivers/create-client-waiver.ts";
import { createInvoiceWaiver } from "./waivers/create-invoice-waiver.ts";
import { listWaivers } from "./waivers/list-waivers.ts";
import { createCertificate } from "./withholding/create-certificate.ts";
import { createCertificateWithdrawal } from "./withholding/create-certificate-withdrawal.ts";
import { findCertificate } from "./withholding/find-certificate.ts";
import { listCertificates } from "./withholding/list-certificates.ts";
import { listWithheldTax } from "./withholding/list-withheld-tax.ts";
import { createTimeApproval } from "./work/create-time-approval.ts";
import { findMinuteBalance } from "./work/find-minute-balance.ts";

/** Every route there is. Server, OpenAPI document, client, permission matrix and the attack proofs read this list. */
export const routes: readonly Route[] = [
  findSession,
  findBrand,
  listTenants,
  listClients,
  findClient,
  findMergePlan,
  createClientMerge,
  createVatIdCheck,
  createImport,
  listImports,
  findImport,
  listQuarantinedRows,
  createQuarantineCorrections,
  listExceptions,
  listClocks,
  createClockPause,
  createClockResumption,
  listSlaPolicies,
  createSlaPolicy,
  listExceptionCauses,
  listAuditEntries,
  listInvoices,
  findInvoice,
  listTimeline,
  listLineEntries,
  findDocument,
  findRecomputation,
  listRecomputations,
  listApiKeys,
  createApiKey,
  rotateApiKey,
  revokeApiKey,
  ...invoiceMoves,
  createWriteDownRoute,
  createWriteDownWithdrawalRoute,
  createCreditNoteRoute,
  createDepositRoute,
  findRebillRoute,
  listRepricing,
  findPipeline,
  createPolicyCheck,
  listPolicyProposals,
  createPolicyProposal,
  findPolicyProposal,
  createPolicyDryRun,
  findPolicyDryRun,
  listDryRunInvoices,
  createPolicyPublication,
  listPolicyPublications,
  createPolicyRollback,
  findPolicyReplay,
  createInvoiceWaiver,
  createClientWaiver,
  listWaivers,
  listBillingRuns,
  findBillingRun,
  createBillingRun,
  createCancellation,
  createTimeApproval,
  findMinuteBalance,
  listMargins,
  listHourBuckets,
  listSplits,
  listLedgerBalances,
  listLedgerFaults,
  createNetting,
  createRevenueRelease,
  listPayments,
  createPayment,
  findPayment,
  createApplications,
  createApplicationReversal,
  createRefund,
  listCollectingTerms,
  createCollectingTerms,
  createDunningRun,
  listDunningNotices,
  findDunningNotice,
  createDunningWithdrawal,
  listBaseRates,
  createBaseRate,
  createInterestRun,
  listInterestClaims,
  findInterestClaim,
  createInterestCharge,
  createInterestWaiver,
  listPromises,
  createPromise,
  findPromise,
  createPromiseWithdrawal,
  createBankStatements,
  listBankStatements,
  listBankEntries,
  findBankEntry,
  createBankSettlement,
  createBankReturn,
  createSettingAside,
  createChargeback,
  listChargebacks,
  findChargeback,
  createChargebackAnswer,
  createChargebackDecision,
  listDisputes,
  createDispute,
  findDispute,
  createDisputeAcknowledgement,
  createDisputeMessage,
  createDisputeDecision,
  findCloseChecklist,
  createMonthClose,
  listMonthCloses,
  findMonthClose,
  createReopening,
  listWithheldTax,
  createCertificate,
  listCertificates,
  findCertificate,
  createCertificateWithdrawal,
  listChangeOrders,
  createChangeOrder,
  findChangeOrder,
  createChangeOrderSignature,
  findClosureChecklist,
  createClosure,
  createClosureReopening,
  listRetainers,
  createRetainerSettlement,
  listTrustMatters,
  createTrustReceipt,
  createTrustRefund,
  createTrustTransfer,
  createTrustReconciliation,
  findReceivable,
  createWriteOff,
  createRetentionRelease,
  listReceivables,
  findStatement,
];
