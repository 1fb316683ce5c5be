import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";

/** Today where test firms are: near midnight it is another day than in UTC. */
export const todayInFirm = (daysAhead = 0): LocalDate => addDays(localDateIn(new Date(), "Europe/Berlin"), daysAhead);
