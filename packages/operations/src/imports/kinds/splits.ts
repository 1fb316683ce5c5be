import { bearerTwice, parseShare, type SplitShare, splitShares } from "@plumbline/domain/engagement/split";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { splitContradictions } from "../../splits/split-contradictions.ts";
import type { SplitItem, SplitItemPart } from "../../splits/split-item.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { References } from "../references.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { standardProfile } from "./delivery-profiles.ts";
import { projectOf } from "./milestones.ts";
import { firstDay } from "./purchase-orders.ts";

/** Who bears an engagement, or a project of it, from a day on: all parts stand in one cell, because only together they are a whole. */
export const splits: ImportKindSpec<SplitItem> = {
  keyField: "split_key",
  key: (row) => row.key("split_key"),
  read: (row, references) => {
    const engagement = row.lookUp("engagement_key", references.engagements, "engagement");
    const from = row.optional("starts_on", row.date) ?? firstDay;
    const until = row.optional("ends_on", row.date);
    if (until !== undefined && until <= from) row.refuse("ends_on", "is not after starts_on");
    return {
      engagementId: engagement?.id,
      projectId: row.optional("project_key", (field) => projectOf(row, field, { references, engagement })),
      from,
      until,
      parts: readParts(row, references),
    };
  },
  contradictions: splitContradictions,
  add: saveSplits,
  change: async (scope, items) => {
    const agreements = items.map(({ id }) => id);
    await query(scope.tx, "update splits set known_to = now() where known_to is null and agreement_id = any(?)", [
      agreements,
    ]);
    await saveSplits(scope, items);
  },
};

const partsMax = 50;

/** `acme: 1/3 | beta: 2/3, order PO-7, cost centre K100, profile quarterly` */
function readParts(row: RowReader, references: References): SplitItemPart[] {
  const texts = row
    .needed("parts")
    .split("|")
    .map((text) => text.trim());
  if (texts.length > partsMax) row.refuse("parts", `are ${texts.length}; ${partsMax} are allowed`);
  const read = texts.slice(0, partsMax).flatMap((text) => readPart(row, references, text) ?? []);
  if (read.length !== texts.length) return [];
  const shares = splitShares(read.map(({ share }) => share));
  if ("reason" in shares) {
    row.refuse("parts", shares.reason);
    return [];
  }
  const twice = bearerTwice(read);
  if (twice !== undefined)
    row.refuse("parts", `“${cut(texts[twice] ?? "")}” is a second part of the same payer, order and cost centre`);
  return read.map(({ payerId, profileId, order, costCentre }, index) => ({
    ...(shares.shares[index] as SplitShare),
    payerId,
    profileId,
    order,
    costCentre,
  }));
}

function readPart(row: RowReader, { clients, profiles }: References, text: string) {
  const [, payer = "", said = "", rest = ""] = /^(.+?):\s*([^,]+?)\s*(?:,(.*))?$/.exec(text) ?? [];
  const share = parseShare(said);
  if (share === undefined) {
    return row.refuse(
      "parts",
      `“${cut(text)}” is not a payer and a share between nothing and all, such as acme: 1/3 or acme: 40%`,
    );
  }
  const payerId = clients.get(payer.trim());
  if (payerId === undefined) return row.refuse("parts", `there is no client “${cut(payer)}”`);
  const details = rest.split(",").flatMap((detail) => (detail.trim() === "" ? [] : detail.trim()));
  const unknown = details.find((detail) => !detailPattern.test(detail));
  if (unknown !== undefined) {
    return row.refuse("parts", `“${cut(unknown)}” is none of order, cost centre and profile, each with what it is`);
  }
  const named = new Map(details.map((detail) => (detailPattern.exec(detail) ?? []).slice(1) as [string, string]));
  const profile = named.get("profile") ?? standardProfile;
  const profileId = profiles.get(`${payerId}|${profile}`);
  if (profileId === undefined)
    return row.refuse("parts", `“${cut(profile)}” is no delivery profile of “${cut(payer)}”`);
  return { share, payerId, profileId, order: named.get("order"), costCentre: named.get("cost centre") };
}

const detailPattern = /^(order|cost centre|profile) (\S.{0,99})$/;

async function saveSplits(scope: Scope, items: readonly Keyed<SplitItem>[]): Promise<void> {
  const rows = items.map(({ id, item }) => ({ ...item, agreementId: id, id: scope.newId() }));
  await insertRows(scope.tx, "splits", rows, {
    id: ["uuid", ({ id }) => id],
    agreement_id: ["uuid", ({ agreementId }) => agreementId],
    engagement_id: ["uuid", ({ engagementId }) => engagementId],
    project_id: ["uuid", ({ projectId }) => projectId],
    effective_from: ["date", ({ from }) => from],
    effective_to: ["date", ({ until }) => until],
  });
  const orders = await query<{ id: string; engagementId: string; number: string }>(
    scope.tx,
    'select id, engagement_id as "engagementId", number from purchase_orders where engagement_id = any(?)',
    [rows.map(({ engagementId }) => engagementId)],
  );
  const orderIds = new Map(orders.map(({ id, engagementId, number }) => [`${engagementId}|${number}`, id]));
  await insertRows(
    scope.tx,
    "split_parts",
    rows.flatMap(({ id, engagementId, parts }) => parts.map((part) => ({ ...part, splitId: id, engagementId }))),
    {
      split_id: ["uuid", ({ splitId }) => splitId],
      position: ["int", ({ position }) => position],
      weight: ["int", ({ weight }) => weight],
      of: ["int", ({ of }) => of],
      payer_id: ["uuid", ({ payerId }) => payerId],
      delivery_profile_id: ["uuid", ({ profileId }) => profileId],
      purchase_order_id: ["uuid", ({ engagementId, order }) => orderIds.get(`${engagementId}|${order}`)],
      cost_centre: ["text", ({ costCentre }) => costCentre],
    },
  );
}
