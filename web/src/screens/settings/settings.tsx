import { useNavigate, useSearch } from "@tanstack/react-router";

import { Heading, Tabs } from "~/ui";

import { useTitle } from "../parts/title";
import { Appearance } from "./appearance";
import { Password } from "./password";
import { Sessions } from "./sessions";
import { Shortcuts } from "./shortcuts";

const TABS = [
  { id: "look", label: "Appearance" },
  { id: "shortcuts", label: "Shortcuts" },
  { id: "sessions", label: "Sessions" },
  { id: "password", label: "Password" },
] as const;
type TabName = (typeof TABS)[number]["id"];

/** What a person may set for themselves. */
export function Settings() {
  useTitle("Settings");
  const search = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate({ from: "/settings" });
  const tab = TABS.find(({ id }) => id === search.tab)?.id ?? "look";
  return (
    <main className="page settings">
      <Heading title="Settings" />
      <Tabs<TabName>
        label="Settings"
        tabs={TABS}
        value={tab}
        onChange={(next) => void navigate({ search: next === "look" ? {} : { tab: next }, replace: true })}
      >
        <div className="settings-body">{BODIES[tab]}</div>
      </Tabs>
      <p className="label settings-foot">Nothing you do here is reported to anybody: no telemetry, no foreign hosts.</p>
    </main>
  );
}

const BODIES: Readonly<Record<TabName, React.ReactNode>> = {
  look: <Appearance />,
  shortcuts: <Shortcuts />,
  sessions: <Sessions />,
  password: <Password />,
};
