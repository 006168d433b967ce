import type { ReactNode } from "react";

import { Icon, type IconName, Menu } from "~/ui";

import { rowsOf } from "../over/menus";

export interface HeadProps {
  readonly icon: IconName;
  readonly title: string;
  readonly detail: ReactNode;
  readonly actions?: readonly (string | null)[];
}

const NONE: readonly string[] = [];

/** The head of the inspector: what is looked at. */
export function Head({ icon, title, detail, actions = NONE }: HeadProps) {
  const items = rowsOf(actions);
  return (
    <div className="hd row">
      <span className="glyph">
        <Icon name={icon} />
      </span>
      <div className="two grow">
        <b className="cut" title={title.slice(0, 400)}>
          {title.slice(0, 200)}
        </b>
        <small className="cut">{detail}</small>
      </div>
      {items.length > 0 && (
        <Menu label="More" items={items} placing={{ align: "end" }}>
          <button type="button" className="ib" aria-label="More">
            <Icon name="more" />
          </button>
        </Menu>
      )}
    </div>
  );
}
