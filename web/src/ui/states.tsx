import type { ReactNode } from "react";

import { Button } from "./button";
import { Icon, type IconName } from "./icon";

/** Grey bars where lines will be. Screen readers hear "Loading". */
export function Skeleton({ lines = 1, height = 16 }: { readonly lines?: number; readonly height?: number }) {
  return (
    <div className="skeletons" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="skeleton" style={{ height, width: `${92 - ((index * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

/** Rows of a list that is being fetched. */
export function SkeletonRows({ rows = 5, height = 48 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <div className="skeleton-rows" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} style={{ height }}>
          <span className="skeleton square" />
          <span className="skeleton" style={{ width: `${46 - ((index * 17) % 24)}%` }} />
          <span className="skeleton end" style={{ width: "12%" }} />
        </div>
      ))}
    </div>
  );
}

export interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  /** What to do next. */
  readonly action?: ReactNode;
  /** 1 where it is all there is on the page. */
  readonly level?: 1 | 2;
}

/** There is nothing yet: says what would be here, and how to begin. */
export function Empty({ icon, title, children, action, level = 2 }: EmptyProps) {
  const Title = level === 1 ? "h1" : "h2";
  return (
    <div className="blank">
      <span className="glyph lg">
        <Icon name={icon} size={20} />
      </span>
      <Title className="head">{title}</Title>
      {children !== undefined && <p className="dim">{children}</p>}
      {action !== undefined && <div className="row wrap blank-actions">{action}</div>}
    </div>
  );
}

/** What went wrong, in the words of the server's problem details. */
export interface Trouble {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly remedy?: string | undefined;
  readonly requestId?: string | undefined;
  /** Set if the person may not: the permission they lack. */
  readonly permission?: string | undefined;
}

export interface FailureProps {
  readonly trouble: Trouble;
  readonly onRetry?: (() => void) | undefined;
  readonly busy?: boolean;
  readonly level?: 1 | 2;
}

/** It went wrong: what, what to do, a way to try again, and the id to quote. */
export function Failure({ trouble, onRetry, busy = false, level = 2 }: FailureProps) {
  const Title = level === 1 ? "h1" : "h2";
  if (trouble.permission !== undefined) {
    return <Forbidden permission={trouble.permission} />;
  }
  return (
    <div className="blank" role="alert">
      <span className="glyph lg fail">
        <Icon name="warn" size={20} />
      </span>
      <Title className="head">{trouble.title}</Title>
      {trouble.detail !== undefined && <p className="dim">{trouble.detail}</p>}
      {trouble.remedy !== undefined && <p className="dim">{trouble.remedy}</p>}
      {onRetry !== undefined && (
        <div className="blank-actions">
          <Button icon="repeat" busy={busy} onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
      {trouble.requestId !== undefined && (
        <p className="label">
          Request <span className="mono">{trouble.requestId}</span>
        </p>
      )}
    </div>
  );
}

/** The same in one line, for inside of forms and panels. */
export function FailureNote({ trouble, onRetry }: FailureProps) {
  return (
    <div className="note fail" role="alert">
      <Icon name="warn" size={14} />
      <div className="grow">
        <b>{trouble.title}</b>
        {trouble.detail !== undefined && <p>{trouble.detail}</p>}
        {trouble.remedy !== undefined && <p>{trouble.remedy}</p>}
        {trouble.requestId !== undefined && <p className="mono">Request {trouble.requestId}</p>}
      </div>
      {onRetry !== undefined && (
        <Button small icon="repeat" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** The person may not, and which permission would let them. */
export function Forbidden({ permission }: { readonly permission: string }) {
  return (
    <div className="blank">
      <span className="glyph lg">
        <Icon name="lock" size={20} />
      </span>
      <h2 className="head">You may not see this</h2>
      <p className="dim">
        It takes the permission <span className="mono">{permission}</span>. The owner of the app can give it to you.
      </p>
    </div>
  );
}
