import { Icon } from "~/ui";

import { counted } from "../parts/format";
import { type Bar, DAYS, sum } from "./activity";

const SPARK_PX = 18;
const HOURS_PX = 64;

/** The last days in a line of a table, in little; the words say the same. */
export function Spark({ days }: { readonly days: readonly Bar[] }) {
  const most = Math.max(1, ...days.map(({ runs }) => runs));
  const { runs, failed } = sum(days);
  return (
    <span className="spark" role="img" aria-label={`${counted(runs, "run")} in ${DAYS} days, ${failed} failed`}>
      {days.map((day, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a day is its place
        <i key={index} className={day.failed > 0 ? "bad" : undefined} style={{ height: `${day.runs === 0 ? 1 : Math.max(3, Math.round((day.runs / most) * SPARK_PX))}px` }} />
      ))}
    </span>
  );
}

const AXIS = ["00", "06", "12", "18", "24"];

/** The hours of this day: how many runs, and where some failed. */
export function Today({ hours, now }: { readonly hours: readonly Bar[]; readonly now: Date }) {
  const most = Math.max(1, ...hours.map(({ runs }) => runs));
  const { runs, failed } = sum(hours);
  if (runs === 0) {
    return null;
  }
  return (
    <section aria-labelledby="today">
      <h2 className="head" id="today">
        Today
      </h2>
      <p className="row today-sum">
        <span>
          <b>{runs.toLocaleString()}</b> <span className="dim">{runs === 1 ? "run" : "runs"}</span>
        </span>
        {failed > 0 && (
          <span className="row c-fail">
            <Icon name="close" size={14} />
            {failed.toLocaleString()} failed
          </span>
        )}
      </p>
      <div className="hours" role="img" aria-label="Runs by hour">
        {hours.map((hour, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- an hour is its place
          <span key={index} title={`${String(index).padStart(2, "0")}:00 · ${counted(hour.runs, "run")}${hour.failed > 0 ? `, ${hour.failed} failed` : ""}`}>
            {hour.failed > 0 && <b />}
            <i className={index === now.getHours() ? "now" : undefined} style={{ height: `${hour.runs === 0 ? 1 : Math.max(3, Math.round((hour.runs / most) * HOURS_PX))}px` }} />
          </span>
        ))}
      </div>
      <div className="hours-axis small faint" aria-hidden="true">
        {AXIS.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </section>
  );
}
