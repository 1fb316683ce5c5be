/** Facts by which an invoice owes more, or less again, for being paid late; for `e.fact in`. */
export const lateCharges = "('late_charged', 'late_charge_withdrawn')";
