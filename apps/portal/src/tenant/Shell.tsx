import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure, useNetwork } from "@mantine/hooks";
import { IconInbox, IconKeyboard, IconLayoutKanban, IconLogout, IconMenu2 } from "@tabler/icons-react";
import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useKeysSwitch } from "../ui/use-keys.ts";
import { boot } from "./boot.ts";
import { SchemeChooser } from "./SchemeChooser.tsx";
import { useSession } from "./session.ts";
import { words } from "./words/words.ts";

const iconSize = 17;

/** What stands around every page: whose portal it is, where one can go, and who one is. */
export function Shell(): ReactNode {
  const [open, navigation] = useDisclosure(false);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {words.skipToContent}
      </a>
      <nav className="side" aria-label={words.mainNavigation} data-open={open || undefined}>
        <div className="side-brand">
          <Firm />
          <ActionIcon
            className="side-toggle"
            variant="subtle"
            color="dark"
            size={36}
            aria-label={words.openNavigation}
            aria-expanded={open}
            aria-controls="navigation"
            onClick={navigation.toggle}
          >
            <IconMenu2 size={20} stroke={1.7} />
          </ActionIcon>
        </div>
        <div className="side-body" id="navigation">
          <div className="side-links" onClick={navigation.close}>
            <Link to="/" activeOptions={{ exact: true }} activeProps={{ "aria-current": "page" }}>
              <IconLayoutKanban size={iconSize} stroke={1.7} aria-hidden />
              {words.pipeline}
            </Link>
            <Link to="/approvals" activeProps={{ "aria-current": "page" }}>
              <IconInbox size={iconSize} stroke={1.7} aria-hidden />
              {words.approvals}
            </Link>
          </div>
          <SchemeChooser />
          <Account />
        </div>
      </nav>
      <main className="main" id="content" tabIndex={-1}>
        <OfflineNotice />
        <Outlet />
      </main>
    </div>
  );
}

/** What is on screen may be old, and nothing can be done until the connection is back. */
function OfflineNotice(): ReactNode {
  const { online } = useNetwork();
  return online ? null : (
    <p className="offline" role="status">
      {words.offline}
    </p>
  );
}

function Firm(): ReactNode {
  const { name, logo, logoSpellsName } = boot.brand;
  return (
    <>
      {logo !== undefined && <img src={logo} alt={logoSpellsName ? name : ""} height={28} />}
      {!logoSpellsName && <span>{name}</span>}
    </>
  );
}

function Account(): ReactNode {
  const { actor } = useSession();
  const [keysOn, toggleKeys] = useKeysSwitch();
  return (
    <div className="account">
      <Menu position="top-start" width={220}>
        <Menu.Target>
          <button type="button" className="account-button">
            <span className="account-mark" aria-hidden>
              {initialsOf(actor.name)}
            </span>
            <span className="account-words">
              <span className="account-name">{actor.name}</span>
              <span className="account-role">{actor.roles.map((role) => words.roles[role]).join(", ")}</span>
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.7} />} onClick={toggleKeys}>
            {keysOn ? words.keysOff : words.keysOn}
          </Menu.Item>
          <form method="post" action="/sign-out">
            {/* A closed menu would take the form with it before it is sent. */}
            <Menu.Item
              component="button"
              type="submit"
              closeMenuOnClick={false}
              leftSection={<IconLogout size={16} stroke={1.7} />}
            >
              {words.signOut}
            </Menu.Item>
          </form>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0]];
  return ends.map((part) => [...(part ?? "")][0] ?? "").join("");
}
