import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { appQuery, type BoardRow, boardsQuery, duplicateBoard } from "~/api";
import { Button, Chip, Empty, Heading, IconButton, Menu, type MenuItem } from "~/ui";

import { useDeed } from "../parts/deed";
import { counted } from "../parts/format";
import { Loaded } from "../parts/loaded";
import { Thumb } from "../parts/thumb";
import { Ago } from "../parts/time";
import { useTitle } from "../parts/title";
import { NewBoard } from "./new-board";
import { useRemoval } from "./removal";

/** The boards of an app. */
export function Boards() {
  const { app } = useParams({ from: "/shell/apps/$app/boards" });
  const name = useQuery(appQuery(app)).data?.name;
  const boards = useQuery(boardsQuery(app));
  const [naming, setNaming] = useState(false);
  const { hidden, remove } = useRemoval(app);
  useTitle("Boards", name);
  const create = (
    <Button kind="prime" icon="plus" onClick={() => setNaming(true)}>
      New board
    </Button>
  );
  return (
    <div className="page">
      <Heading title="Boards" count={boards.data?.items.length}>
        {boards.data !== undefined && boards.data.items.length > 0 && create}
      </Heading>
      <Loaded from={boards}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="branch" title="No boards yet" action={create}>
              A board is a drawing of what shall happen: nodes, and the wires between them.
            </Empty>
          ) : (
            <BoardTable app={app} boards={items.filter(({ id }) => !hidden.has(id))} onRemove={remove} />
          )
        }
      </Loaded>
      {naming && <NewBoard app={app} onClose={() => setNaming(false)} />}
    </div>
  );
}

interface BoardTableProps {
  readonly app: string;
  readonly boards: readonly BoardRow[];
  readonly onRemove: (board: BoardRow) => void;
}

function BoardTable({ app, boards, onRemove }: BoardTableProps) {
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th>Board</th>
          <th className="hide-s">Version</th>
          <th className="num hide-s">Nodes</th>
          <th className="pad hide-s">Changed</th>
          <th>
            <span className="vh">More</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {boards.map((board) => (
          <tr key={board.id}>
            <td>
              <div className="row gap-12">
                <Thumb app={app} board={board.id} revision={board.revision} nodes={board.nodes} />
                <span className="two">
                  <Link to="/apps/$app/boards/$board" params={{ app, board: board.id }} className="cover" data-tour="board">
                    <b>{board.name}</b>
                  </Link>
                  <small>{board.description === "" ? startsOf(board) : board.description}</small>
                </span>
              </div>
            </td>
            <td className="hide-s">
              <Chip line icon="tag">
                {board.version ?? "draft"}
              </Chip>
            </td>
            <td className="num dim hide-s">{board.nodes}</td>
            <td className="dim pad hide-s">
              <Ago time={board.updated_at} />
            </td>
            <td className="more">
              <BoardMenu app={app} board={board} onRemove={onRemove} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function startsOf(board: BoardRow): string {
  const names = board.starts.map(({ name }) => name);
  return names.length === 0 ? counted(board.nodes, "node") : `Starts with ${names.join(", ")}`;
}

function BoardMenu({ app, board, onRemove }: Omit<BoardTableProps, "boards"> & { readonly board: BoardRow }) {
  const navigate = useNavigate();
  const copy = useDeed({
    does: () => duplicateBoard(app, board),
    renews: [["apps"]],
    failure: `${board.name} was not copied`,
  });
  const items: MenuItem[] = [
    {
      id: "open",
      label: "Open",
      icon: "arrow",
      run: () => void navigate({ to: "/apps/$app/boards/$board", params: { app, board: board.id } }),
    },
    {
      id: "runs",
      label: "Its runs",
      icon: "list",
      run: () => void navigate({ to: "/apps/$app/runs", params: { app }, search: { board: board.id } }),
    },
    { id: "copy", label: "Duplicate", icon: "copy", run: () => copy.mutate() },
    { id: "delete", label: "Delete", icon: "trash", danger: true, apart: true, run: () => onRemove(board) },
  ];
  return (
    <Menu label={`More for ${board.name}`} items={items} placing={{ align: "end" }}>
      <IconButton icon="more" label={`More for ${board.name}`} className="above" />
    </Menu>
  );
}
