import { useState } from "react";

import type { TraceContent } from "~/api";
import { isNumber, isObject, type Json, type PinDefinition } from "~/core";
import { pretty } from "~/canvas/literals/values";
import { classes, CopyButton } from "~/ui";

import { brief, briefJson, bytes, dataOf } from "../runs/story";
import { TypeMark } from "./type-mark";

export interface ValueViewProps {
  readonly name: string;
  readonly pin: Pick<PinDefinition, "type" | "value_type" | "sensitive">;
  readonly content: TraceContent | undefined;
  /** The literal it had, where the trace has no value of its own. */
  readonly literal?: Json | undefined;
  /** Whether it differs from the round before. */
  readonly changed?: boolean;
}

type Look = "table" | "json" | "text" | "image";

/** One value of a run: a line, and below it what is inside, as a table, JSON, text or picture. */
export function ValueView({ name, pin, content, literal, changed = false }: ValueViewProps) {
  const [open, setOpen] = useState(true);
  const data = dataOf(content) ?? literal;
  const looks = data === undefined || pin.sensitive === true ? [] : looksOf(data);
  const [chosen, setChosen] = useState<Look>();
  const look = chosen !== undefined && looks.includes(chosen) ? chosen : looks[0];
  return (
    <div className="value">
      <div className="pin-line">
        <TypeMark pin={pin} />
        <span className="dim cut">{name}</span>
        {look === undefined ? (
          <span className={classes("mono cut", changed && "changed")}>{lineOf(content, pin.sensitive === true ? undefined : literal)}</span>
        ) : (
          <button type="button" className="value-size faint small" aria-expanded={open} onClick={() => setOpen(!open)}>
            <span className={classes(changed && "changed")}>{sizeWords(data, content)}</span>
          </button>
        )}
        <span className="faint small">{content === undefined && literal !== undefined ? "set here" : ""}</span>
      </div>
      {look !== undefined && open && data !== undefined && (
        <div className="value-body">
          <div className="value-tools">
            {looks.length > 1 && (
              <span className="seg" role="group" aria-label="Show as">
                {looks.map((one) => (
                  <button key={one} type="button" className={classes(one === look && "on")} aria-pressed={one === look} onClick={() => setChosen(one)}>
                    {WORDS[one]}
                  </button>
                ))}
              </span>
            )}
            <span className="end">
              <CopyButton text={typeof data === "string" ? data : pretty(data)} label={`Copy ${name}`} />
            </span>
          </div>
          <Body look={look} data={data} />
        </div>
      )}
    </div>
  );
}

const WORDS: Readonly<Record<Look, string>> = { table: "Table", json: "JSON", text: "Text", image: "Picture" };
const LONG = 60;
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/u;

function looksOf(data: Json): Look[] {
  if (typeof data === "string") {
    return IMAGE.test(data) ? ["image", "text"] : data.length > LONG || data.includes("\n") ? ["text"] : [];
  }
  if (Array.isArray(data)) {
    return data.length === 0 ? [] : ["table", "json"];
  }
  return isObject(data) && Object.keys(data).length > 0 ? ["table", "json"] : [];
}

function lineOf(content: TraceContent | undefined, literal: Json | undefined): string {
  if (content !== undefined) {
    return brief(content);
  }
  return literal === undefined ? "—" : briefJson(literal);
}

function sizeWords(data: Json | undefined, content: TraceContent | undefined): string {
  const size = content === undefined ? "" : ` · ${bytes(content.size)}`;
  if (Array.isArray(data)) {
    return `${data.length} ${data.length === 1 ? "item" : "items"}${size}`;
  }
  if (typeof data === "string") {
    return `${data.length.toLocaleString("en")} characters${size}`;
  }
  const count = isObject(data) ? Object.keys(data).length : 0;
  return `${count} ${count === 1 ? "field" : "fields"}${size}`;
}

const MOST_TEXT = 20_000;

function Body({ look, data }: { readonly look: Look; readonly data: Json }) {
  switch (look) {
    case "image":
      return typeof data === "string" ? <img className="value-image" alt="Value of the pin" src={data} /> : null;
    case "text":
      return <pre className="value-text">{cut(String(data))}</pre>;
    case "json":
      return <pre className="value-text">{cut(pretty(data))}</pre>;
    case "table":
      return <ValueTable data={data} />;
  }
}

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}\n… ${(text.length - MOST_TEXT).toLocaleString("en")} more characters` : text;
}

const MOST_ROWS = 100;
const MOST_COLUMNS = 12;

/** Fields of an object, or rows of a list; lists of objects have a column for each field. */
function ValueTable({ data }: { readonly data: Json }) {
  if (!Array.isArray(data)) {
    const entries = Object.entries(data as Readonly<Record<string, Json>>);
    return (
      <div className="boxed">
        <table className="kv">
          <tbody>
            {entries.slice(0, MOST_ROWS).map(([key, value]) => (
              <tr key={key}>
                <th scope="row">{key.slice(0, 80)}</th>
                <td>{briefJson(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <More count={entries.length - MOST_ROWS} />
      </div>
    );
  }
  const rows = data as readonly Json[];
  const columns = columnsOf(rows);
  return (
    <div className="boxed scrolls">
      <table className="kv rows">
        {columns.length > 0 && (
          <thead>
            <tr>
              <th scope="col">#</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column.slice(0, 40)}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, index) => (
            // Rows of a value have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={index}>
              <th scope="row">{index + 1}</th>
              {columns.length === 0 ? (
                <td>{briefJson(row)}</td>
              ) : (
                columns.map((column) => <td key={column}>{isObject(row) ? briefJson(row[column]) : ""}</td>)
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <More count={rows.length - MOST_ROWS} />
    </div>
  );
}

function columnsOf(rows: readonly Json[]): readonly string[] {
  const sample = rows.slice(0, 20);
  if (!sample.every((row) => isObject(row) && !isNumber(row))) {
    return [];
  }
  const names = new Set(sample.flatMap((row) => Object.keys(row as object)));
  return [...names].slice(0, MOST_COLUMNS);
}

function More({ count }: { readonly count: number }) {
  return count > 0 ? <p className="faint small value-more">and {count.toLocaleString("en")} more</p> : null;
}
