/** What a drop holds. It is read at once: when the drop is over, the browser takes it away. */

/** Kinds of what is dragged within the editor. */
export const DRAG = { variable: "application/x-flowlike-variable", type: "application/x-flowlike-type" } as const;

export interface Dropped {
  readonly variable: string;
  readonly type: string;
  readonly text: string;
  readonly file: File | undefined;
}

export function droppedIn(data: DataTransfer): Dropped {
  return { variable: data.getData(DRAG.variable), type: data.getData(DRAG.type), text: data.getData("text/plain"), file: data.files[0] };
}
