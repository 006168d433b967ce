// Every screen: no violation that axe knows, in light, dark and high contrast; targets that can be
// hit; reflow at 320 pixels; of a long list only what is in sight.
import { assert, sample, test, violations } from "./harness.mjs";

const SMALLEST = 24;
/** What is drawn on a board grows and shrinks with it; the canvas has tests of its own for that. */
const ON_BOARD = ".react-flow__viewport";

const MANY = 120;
const IN_SIGHT = 60;

/** The rows of a long list of runs that are drawn, at the end of what was fetched. */
async function rowsDrawn(visit, at, viewport) {
  const page = await visit.open({ viewport, path: `${at}/runs` });
  await settled(page);
  await page.locator(".vtable").evaluate((table) => table.scrollTo(0, table.scrollHeight));
  await page.locator(`[aria-rowindex="${MANY}"]`).waitFor();
  const drawn = await page.locator('[role="row"]').count();
  await page.context().close();
  return drawn;
}

/** Everything that was asked for is there, and nothing moves any more. */
async function settled(page) {
  await page.waitForFunction(() => document.querySelector("h1") !== null && document.querySelector('[aria-label="Loading"]') === null);
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity),
  );
}

/** Controls smaller than 24 × 24 pixels, but for links within a sentence (WCAG 2.5.8). */
function small(page) {
  return page.evaluate(([least, except]) => {
    const found = [];
    for (const element of document.querySelectorAll("a[href], button, input:not([type=file]), select, textarea, [role=tab], [role=option]")) {
      const style = getComputedStyle(element);
      const covering = getComputedStyle(element, "::after");
      const covers = covering.position === "absolute" && covering.inset === "0px";
      const inline = style.display === "inline" && element.closest("p, dd, li, .small, .two, .row") !== null;
      const box = (element.closest("label") ?? element).getBoundingClientRect();
      const hidden = box.width === 0 || element.closest(".vh, [hidden]") !== null || style.visibility === "hidden" || element.closest(except) !== null || element.classList.contains("skip-link");
      if (!hidden && !covers && !inline && (box.width < least - 0.5 || box.height < least - 0.5)) {
        found.push(`${element.tagName} ${element.className} “${element.textContent?.slice(0, 40)}” ${Math.round(box.width)}×${Math.round(box.height)}`);
      }
    }
    return found;
  }, [SMALLEST, ON_BOARD]);
}

await test(async (visit) => {
  const sampled = await sample();
  const { at, event, done: run } = sampled;
  const screens = [
    "/",
    "/apps",
    at,
    `${at}/boards`,
    `${at}/events`,
    `${at}/events/${event}`,
    `${at}/runs`,
    `${at}/runs?q=nothing-is-called-this`,
    `${at}/runs/${run.run_id}`,
    `${at}/runs/${run.run_id}?tab=log`,
    `${at}/runs/${run.run_id}?tab=payload`,
    "/settings",
    "/settings?tab=shortcuts",
    "/settings?tab=sessions",
    "/settings?tab=password",
    "/nowhere",
  ];
  const canvas = [`${at}/runs/${run.run_id}?tab=graph`];
  const bad = [];
  for (const theme of ["light", "dark"]) {
    const page = await visit.open({ theme, tour: theme === "light" });
    for (const path of [...screens, ...canvas]) {
      await page.goto(new URL(path, page.url()).href);
      await settled(page);
      bad.push(...(await violations(page)).map((one) => `${theme} ${path}: ${one}`));
      if (theme === "light") {
        bad.push(...(await small(page)).map((one) => `${path}: small ${one}`));
      }
    }
    await page.context().close();
    const door = await visit.open({ theme, path: "/login", signedIn: false });
    await settled(door);
    bad.push(...(await violations(door)).map((one) => `${theme} /login: ${one}`));
    await door.context().close();
  }
  const narrow = await visit.open({ viewport: { width: 320, height: 640 } });
  for (const path of screens) {
    await narrow.goto(new URL(path, narrow.url()).href);
    await settled(narrow);
    const width = await narrow.evaluate(() => {
      const scroller = document.querySelector(".screen") ?? document.documentElement;
      return Math.max(document.documentElement.scrollWidth, scroller.scrollWidth);
    });
    if (width > 320) {
      bad.push(`${path}: ${width} pixels wide at 320`);
    }
  }
  await Promise.all(Array.from({ length: MANY }, () => sampled.call()));
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    const drawn = await rowsDrawn(visit, at, viewport);
    if (drawn > IN_SIGHT) {
      bad.push(`${drawn} rows drawn at ${viewport.width} pixels`);
    }
  }
  assert.deepEqual(bad, []);
});
