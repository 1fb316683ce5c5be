import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";

/** Work that came too late for its own month is billed with a later one, for this long; then a person must decide. */
const lateDaysMax = 92;

/** The first day whose unbilled work a run for this period picks up. */
export const earliestWorkDay = (period: Period): LocalDate => addDays(period.start, -lateDaysMax);
