import { useQuery } from "@tanstack/react-query";

import { boardText } from "~/api";

/** A board's shape, as small as it can be told apart: cards and the wires between them. */

interface Card {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly start: boolean;
}

interface Drawn {
  readonly cards: readonly Card[];
  readonly wires: readonly { readonly d: string; readonly exec: boolean }[];
  readonly box: string;
}

interface Document {
  readonly board: {
    readonly nodes?: Readonly<Record<string, { readonly type: string; readonly layer?: string; readonly out?: Outs }>>;
    readonly layout?: Readonly<Record<string, { readonly x?: number; readonly y?: number }>>;
    readonly types?: Readonly<Record<string, { readonly inputs?: readonly unknown[]; readonly outputs?: readonly unknown[]; readonly kind?: string }>>;
  };
}
type Outs = Readonly<Record<string, { readonly to?: readonly string[] }>>;

const WIDTH = 176;
const PIN = 24;
const ROUND = 14;
/** Beyond so many nodes a drawing of this size is dust, and the board is not fetched for it. */
export const MOST_NODES = 400;

/** What is drawn of a board's text; undefined if there is nothing to see. */
export function drawnOf(text: string): Drawn | undefined {
  const { board } = JSON.parse(text) as Document;
  const cards = new Map<string, Card>();
  for (const [id, node] of Object.entries(board.nodes ?? {})) {
    const at = board.layout?.[id];
    if ((node.layer ?? "") === "") {
      const type = board.types?.[node.type];
      const pins = Math.max(type?.inputs?.length ?? 2, type?.outputs?.length ?? 2, 1);
      const start = node.type.startsWith("events_") || node.type.startsWith("event_");
      cards.set(id, { x: Number(at?.x ?? 0), y: Number(at?.y ?? 0), width: WIDTH, height: PIN * (1.5 + pins), start });
    }
  }
  if (cards.size === 0) {
    return undefined;
  }
  return { cards: [...cards.values()], wires: wiresOf(board.nodes ?? {}, cards), box: boxAround([...cards.values()]) };
}

function wiresOf(nodes: NonNullable<Document["board"]["nodes"]>, cards: ReadonlyMap<string, Card>): Drawn["wires"] {
  return Object.entries(nodes).flatMap(([id, node]) => {
    const from = cards.get(id);
    return Object.entries(node.out ?? {}).flatMap(([pin, { to }], index) =>
      (to ?? []).flatMap((target) => {
        const card = cards.get(target.slice(0, target.indexOf(".")));
        return from === undefined || card === undefined ? [] : [wire(from, card, pin, index)];
      }),
    );
  });
}

function wire(from: Card, to: Card, pin: string, index: number): { readonly d: string; readonly exec: boolean } {
  const exec = /exec|^true$|^false$|^done$/.test(pin);
  const [x1, y1] = [from.x + from.width, from.y + PIN * (1.75 + index)];
  const [x2, y2] = [to.x, to.y + PIN * (exec ? 1.75 : 2.75)];
  const bend = Math.max(40, Math.abs(x2 - x1) / 2);
  return { d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, exec };
}

function boxAround(cards: readonly Card[]): string {
  const pad = 48;
  const left = Math.min(...cards.map(({ x }) => x)) - pad;
  const top = Math.min(...cards.map(({ y }) => y)) - pad;
  const width = Math.max(...cards.map((card) => card.x + card.width)) + pad - left;
  const height = Math.max(...cards.map((card) => card.y + card.height)) + pad - top;
  // Small boards do not become giant cards.
  const scale = Math.max(1, 880 / width, 380 / height) - 1;
  return `${left - (width * scale) / 2} ${top - (height * scale) / 2} ${width * (1 + scale)} ${height * (1 + scale)}`;
}

export interface ThumbProps {
  readonly app: string;
  readonly board: string;
  readonly revision: number;
  readonly nodes: number;
}

export function Thumb({ app, board, revision, nodes }: ThumbProps) {
  const drawn = useQuery({
    queryKey: ["apps", app, "boards", board, "thumb", revision],
    queryFn: async ({ signal }) => drawnOf(await boardText(app, board, { signal })) ?? null,
    enabled: nodes > 0 && nodes <= MOST_NODES,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data;
  return (
    <figure className="thumb" aria-hidden="true">
      {drawn !== undefined && drawn !== null && (
        <svg viewBox={drawn.box} preserveAspectRatio="xMidYMid meet">
          {drawn.wires.map(({ d, exec }) => (
            <path key={d} d={d} className={exec ? "w" : "v"} />
          ))}
          {drawn.cards.map(({ x, y, width, height, start }) => (
            <rect key={`${x} ${y}`} x={x} y={y} width={width} height={height} rx={ROUND} className={start ? "e" : "n"} />
          ))}
        </svg>
      )}
    </figure>
  );
}
