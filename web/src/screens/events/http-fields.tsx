import type { Method } from "~/api";
import { Choice, Select, TextField } from "~/ui";

export interface HttpPart {
  readonly method: Method;
  readonly path: string;
  readonly access: "private" | "public";
}

const METHODS: readonly { readonly value: Method; readonly label: Method }[] = (
  ["GET", "POST", "PUT", "PATCH", "DELETE"] as const
).map((method) => ({ value: method, label: method }));

interface HttpFieldsProps {
  readonly value: HttpPart;
  /** The path if none is given. */
  readonly fallback?: string;
  readonly onChange: (value: HttpPart) => void;
}

/** What of an HTTP event is its own: where it answers, and whom. */
export function HttpFields({ value, fallback, onChange }: HttpFieldsProps) {
  return (
    <>
      <div className="row top-aligned">
        <Select label="Method" value={value.method} options={METHODS} onChange={(method) => onChange({ ...value, method })} />
        <div className="grow">
          <TextField
            label="Path"
            mono
            placeholder={fallback}
            hint="Below the app’s address; {name} stands for a part that varies."
            pattern="/.*"
            value={value.path}
            onChange={(path) => onChange({ ...value, path })}
          />
        </div>
      </div>
      <Choice
        label="Who may call"
        value={value.access}
        options={[
          { value: "private", label: "People of the app", hint: "With a session of theirs" },
          { value: "public", label: "Anyone", hint: "Without signing in" },
        ]}
        onChange={(access) => onChange({ ...value, access })}
      />
      {value.access === "public" && value.method !== "GET" && (
        <p className="label">Whoever can reach this server can then start this event.</p>
      )}
    </>
  );
}
