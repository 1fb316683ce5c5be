import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useRef, useState } from "react";
import { useKeys } from "../../../ui/use-keys.ts";
import { answered, api } from "../../api.ts";
import { tellRefused } from "../../notify.ts";
import { words } from "../../words/words.ts";

/** Opens the invoice that a client names on the telephone. */
export function FindInvoice(): ReactNode {
  const [number, setNumber] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  useKeys({ "/": () => input.current?.focus() });
  const find = useMutation({
    mutationFn: (wanted: string) =>
      answered(api.GET("/v1/invoices", { params: { query: { number: wanted, limit: 1 } } })),
    onSuccess: ({ items: [found] }, wanted) => {
      if (found === undefined) tellRefused(words.numberUnknown(wanted), words.numberUnknownHint);
      else void navigate({ to: "/invoices/$invoiceId", params: { invoiceId: found.id } });
    },
    onError: (error) => tellRefused(words.failed, error),
  });
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (number.trim() !== "") find.mutate(number.trim());
      }}
    >
      <TextInput
        ref={input}
        className="find"
        size="xs"
        type="search"
        aria-label={words.findInvoice}
        aria-keyshortcuts="/"
        placeholder={words.findInvoice}
        leftSection={<IconSearch size={15} stroke={1.8} aria-hidden />}
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
    </form>
  );
}
