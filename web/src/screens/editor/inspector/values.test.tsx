import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";

import { sampleBoard } from "~/core/testing/boards";
import { renderPart } from "~/testing/editor/page";

import { useBoard, useDesk } from "../desk/context";
import { ValuesTab } from "./values";

afterEach(cleanup);

function Values({ id }: { readonly id: string }) {
  const desk = useDesk();
  const node = useBoard().nodes[id];
  return node === undefined ? null : <ValuesTab id={id} node={node} definition={desk.session.types.get(node.type)} />;
}

test("a value is pinned by hand, changed and unpinned", () => {
  const { desk } = renderPart(<Values id="add" />, { board: sampleBoard() });
  const pinned = () => desk.board.nodes["add"]?.settings?.pinned;
  fireEvent.click(screen.getByRole("button", { name: "Pin a value by hand" }));
  fireEvent.click(within(screen.getByRole("menu", { hidden: true })).getByText("sum"));
  const field = screen.getByRole("textbox", { name: "Pinned sum" });
  fireEvent.change(field, { target: { value: "much" } });
  fireEvent.blur(field);
  expect(pinned()).toBeUndefined();
  fireEvent.change(field, { target: { value: "42" } });
  fireEvent.blur(field);
  expect(pinned()).toEqual({ sum: 42 });
  fireEvent.click(screen.getByRole("button", { name: "unpin" }));
  expect(pinned()).toBeUndefined();
  expect(screen.queryByText("Pinned")).toBeNull();
});
