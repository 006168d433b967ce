// Runs before the first paint, so that a chosen theme never flashes. Kept to what must be known then;
// styles/theme.ts writes what is read here.
try {
  const look = JSON.parse(localStorage.getItem("flowlike.look") ?? "{}");
  const root = document.documentElement;
  if (["light", "dark", "contrast"].includes(look.theme)) {
    root.dataset.theme = look.theme;
  } else if (matchMedia("(prefers-contrast: more)").matches) {
    root.dataset.theme = "contrast";
  }
  if (look.motion === "reduced") {
    root.dataset.motion = "reduced";
  }
} catch {
  // Without storage the system's theme holds.
}
