import { useQuery } from "@tanstack/react-query";

import { endOtherSessions, endSession, type SessionRow, sessionsQuery } from "~/api";
import { Button, Chip, confirm, Icon } from "~/ui";

import { useDeed } from "../parts/deed";
import { Loaded } from "../parts/loaded";
import { Ago } from "../parts/time";

/** Where one is signed in, and the way out of each. */
export function Sessions() {
  const sessions = useQuery(sessionsQuery);
  const end = useDeed({ does: endSession, renews: [["sessions"]], failure: "The session was not ended" });
  const endAll = useDeed({ does: () => endOtherSessions(), renews: [["sessions"]], failure: "The sessions were not ended" });
  const ask = async () => {
    const yes = await confirm({
      title: "Sign out everywhere else?",
      body: <p>All sessions but this one end at once.</p>,
      yes: "Sign out elsewhere",
    });
    if (yes) {
      endAll.mutate();
    }
  };
  return (
    <Loaded from={sessions}>
      {({ items }) => (
        <div className="stack gap-28">
          <ul>
            {items.map((session) => (
              <SessionLine key={session.id} session={session} busy={end.isPending && end.variables === session.id} onEnd={() => end.mutate(session.id)} />
            ))}
          </ul>
          {items.length > 1 && (
            <div>
              <Button icon="leave" busy={endAll.isPending} onClick={() => void ask()}>
                Sign out everywhere else
              </Button>
            </div>
          )}
          <SessionForPrograms />
        </div>
      )}
    </Loaded>
  );
}

function SessionLine({ session, busy, onEnd }: { readonly session: SessionRow; readonly busy: boolean; readonly onEnd: () => void }) {
  return (
    <li className="job row gap-12">
      <Icon name="screen" />
      <span className="two grow">
        <span>{agentWords(session.agent ?? "")}</span>
        <small>
          Since <Ago time={session.created_at} />
          {session.last_seen_at !== undefined && (
            <>
              , last seen <Ago time={session.last_seen_at} />
            </>
          )}
        </small>
      </span>
      {session.current === true ? (
        <Chip tone="ok">this one</Chip>
      ) : (
        <Button small busy={busy} onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}

/** How a program calls what only people of an app may call. */
function SessionForPrograms() {
  return (
    <section>
      <h2 className="head">For programs</h2>
      <p className="dim">
        A line such as <code>curl</code> needs a session of its own where the shown command says <code>$SESSION</code>. Make a
        sign-in link on the machine of the server and trade its token for one:
      </p>
      <pre className="login-command">
        <code>{EXCHANGE}</code>
      </pre>
    </section>
  );
}

const EXCHANGE = `flowlike login-link
curl -X POST ${window.location.origin}/api/v1/auth/local \\
  -H 'Content-Type: application/json' -d '{"token":"…"}'`;

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrom(?:e|ium)\//, "Chromium"],
  [/Safari\//, "Safari"],
  [/curl/i, "curl"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Mac OS X/, "macOS"],
  [/Windows/, "Windows"],
  [/Linux/, "Linux"],
];

/** "Firefox on Linux", from what a browser says of itself. */
export function agentWords(agent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  if (browser === undefined) {
    return agent === "" ? "Unknown program" : agent.slice(0, 80);
  }
  return system === undefined ? browser : `${browser} on ${system}`;
}
