/**
 * The canvas: a board drawn, and edited by pointer and keys. It knows React and React Flow; what a
 * board is, which wires fit, how big a node is and what a command does it takes from `core`.
 *
 * What it expects from `core` (names are core's to choose; this is the least it can live with):
 *
 *   session    board (immutable, structure-shared), revision, status saved|saving|offline|conflict
 *              with queued count and the refused batch, canUndo/canRedo with labels,
 *              subscribe(listener({ touched: ids per kind, cause: local|remote|undo })),
 *              do(commands, { label, merge?: key })  -> one undo step, applied at once, queued,
 *              undo(), redo(), retry(), discard(), history of labels; presence of other tabs.
 *   scene      per node id: definition, input pins by key, output pins by key (own, variadic, error,
 *              variable-typed), the generic types resolved; per view (layer id) its wires.
 *   geometry   size of a node and the place of each pin in it from what is shown (title, labels,
 *              literal wells, folded optional pins), wire path between two points, snap, bounds.
 *   types      fits(output pin, input pin) -> { ok } | { ok: false, why, conversion?: type key,
 *              its in and out pin }.
 *   palette    index(catalog), search(query, filter by pin) -> ranked hits with match ranges.
 *   layout     worker: tidy(nodes, wires, frames) -> moves.
 *   registry   commands: id, title, keys, when(context), run(context); keymap with overrides.
 *   clipboard  copy(board, ids) -> text, parse(text) -> fragment | why not; fresh ids.
 */
export {};
