import { lazy, Suspense } from "react";

import { labelOf, type Node, type NodeDefinition, type PinDefinition, sidesOf } from "~/core";
import { Chip } from "~/ui";

import { wordsOf } from "../desk/types";
import { TypeMark } from "../parts/type-mark";

const Prose = lazy(() => import("~/canvas/nodes/prose"));

/** What the type of a node does, and each of its pins. */
export function HelpTab({ node, definition }: { readonly node: Node; readonly definition: NodeDefinition | undefined }) {
  if (definition === undefined) {
    return (
      <p className="panel-hint">
        The type <span className="mono">{node.type.slice(0, 120)}</span> is not installed here. The board keeps the node as it is; it cannot run until its
        package is added.
      </p>
    );
  }
  const { inputs, outputs } = sidesOf(node, definition);
  const docs = definition.docs ?? "";
  const permissions = definition.permissions ?? [];
  return (
    <>
      <section className="sec help">
        <p>{definition.description}</p>
        {docs !== "" && (
          <Suspense fallback={<p className="dim">{docs}</p>}>
            <Prose text={docs.replaceAll("``", "`")} />
          </Suspense>
        )}
      </section>
      <PinHelp title="Takes" pins={inputs} />
      <PinHelp title="Gives" pins={outputs} />
      <section className="sec">
        <h3>Permissions</h3>
        {permissions.length === 0 ? (
          <p className="dim">None: it touches nothing outside the board.</p>
        ) : (
          <p className="row wrap">
            {permissions.map((permission) => (
              <Chip key={permission} icon="shield">
                {permission}
              </Chip>
            ))}
          </p>
        )}
        <p className="faint small mono">{node.type}</p>
      </section>
    </>
  );
}

function PinHelp({ title, pins }: { readonly title: string; readonly pins: ReadonlyMap<string, PinDefinition> }) {
  const shown = [...pins].filter(([, pin]) => pin.type !== "Execution");
  if (shown.length === 0) {
    return null;
  }
  return (
    <section className="sec">
      <h3>{title}</h3>
      <dl className="pin-help">
        {shown.map(([key, pin]) => (
          <div key={key}>
            <dt className="row">
              <TypeMark pin={pin} /> <b>{labelOf(pin)}</b> <span className="faint small">{wordsOf(pin)}</span>
              {pin.optional === true && <span className="faint small">optional</span>}
            </dt>
            {pin.description !== undefined && pin.description !== "" && <dd className="dim small">{pin.description}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}
