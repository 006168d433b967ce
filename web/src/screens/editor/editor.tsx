import { useParams } from "@tanstack/react-router";

/** The board on its canvas. */
export function Editor() {
  const { app, board } = useParams({ from: "/shell/apps/$app/boards/$board" });
  return (
    <main className="page">
      {app} / {board}
    </main>
  );
}
