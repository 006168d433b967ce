/**
 * Drives a page of the editor bench in Chromium and prints one JSON object of figures.
 *
 *   node drive.mjs ADDRESS editor|plain NODES [whole]
 *
 * `whole` looks at all nodes at once; without it the board is seen at the zoom one works at. Times
 * are milliseconds, rates frames a second.
 */
import { chromium } from "playwright-core";

const [address, kind, count, whole] = process.argv.slice(2);
const SIZE = { width: 1440, height: 900 };
const MOVE_MS = 2000;
const OPENINGS = 50;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--enable-precise-memory-info",
];
const executablePath = process.env.FLOWLIKE_BENCH_CHROMIUM ?? "/usr/bin/chromium";

/** Notes when the first node stands on the screen: two frames after it was put there. */
function watchFirstPaint() {
  const seen = () => {
    const node = document.querySelector(".react-flow__node");
    return node !== null && getComputedStyle(node).visibility === "visible";
  };
  const look = () => {
    if (seen()) {
      requestAnimationFrame(() => requestAnimationFrame(() => (window.firstPaint = performance.now())));
    } else {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
}

/** Takes down each frame until the times are taken away. */
function watchFrames() {
  const times = [];
  window.times = times;
  const frame = (now) => {
    if (window.times === times) {
      times.push(now);
      requestAnimationFrame(frame);
    }
  };
  requestAnimationFrame(frame);
}

async function framesDuring(page, act) {
  await page.evaluate(watchFrames);
  await act();
  const times = await page.evaluate(() => {
    const taken = window.times;
    window.times = undefined;
    return taken;
  });
  const gaps = times.slice(1).map((time, index) => time - times[index]).sort((one, two) => one - two);
  const spent = times.at(-1) - times[0];
  return { fps: (1000 * gaps.length) / spent, p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0 };
}

async function strokes(page, points, button) {
  const [first] = points;
  await page.mouse.move(first.x, first.y);
  await page.mouse.down({ button });
  const frame = MOVE_MS / points.length;
  for (const point of points) {
    const due = Date.now() + frame;
    await page.mouse.move(point.x, point.y);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
  }
  await page.mouse.up({ button });
}

function circle(x, y, radius, steps) {
  return Array.from({ length: steps }, (_, step) => {
    const angle = (step / steps) * 4 * Math.PI;
    return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
  });
}

/** Time from a key to the frame in which its effect stands on the screen. */
async function fromKey(page, keys, selector) {
  await page.evaluate((wanted) => {
    window.took = undefined;
    window.addEventListener(
      "keydown",
      () => {
        const start = performance.now();
        const look = () => {
          if (wanted === null || document.querySelector(wanted) !== null) {
            requestAnimationFrame(() => (window.took = performance.now() - start));
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      },
      { once: true, capture: true },
    );
  }, selector);
  await page.keyboard.press(keys);
  await page.waitForFunction(() => window.took !== undefined);
  return page.evaluate(() => window.took);
}

function middle(values) {
  return values.sort((one, two) => one - two)[Math.floor(values.length / 2)];
}

async function several(times, take) {
  const values = [];
  for (let turn = 0; turn < times; turn += 1) {
    values.push(await take());
  }
  return middle(values);
}

async function open(browser) {
  const page = await browser.newPage({ viewport: SIZE });
  await page.addInitScript(watchFirstPaint);
  await page.goto(`${address}/${kind}.html?nodes=${count}`);
  await page.waitForFunction(() => window.firstPaint !== undefined, undefined, { timeout: 120_000 });
  return page;
}

async function firstPaint(browser) {
  return several(3, async () => {
    const page = await open(browser);
    const took = await page.evaluate(() => window.firstPaint);
    await page.close();
    return took;
  });
}

async function movements(page) {
  if (whole === "whole") {
    await page.evaluate(() => window.bench?.whole());
    await page.waitForTimeout(800);
  }
  // Plain React Flow pans with the first button, the editor with the middle one.
  const pan = await framesDuring(page, () => strokes(page, circle(640, 450, 180, 120), kind === "plain" ? "left" : "middle"));
  const zoom = await framesDuring(page, async () => {
    await page.mouse.move(640, 450);
    for (let turn = 0; turn < 60; turn += 1) {
      await page.mouse.wheel(0, turn % 30 < 15 ? 40 : -40);
      await page.waitForTimeout(MOVE_MS / 60);
    }
  });
  return { pan_fps: pan.fps, pan_p95_ms: pan.p95, zoom_fps: zoom.fps, zoom_p95_ms: zoom.p95 };
}

async function dragging(page) {
  const box = await page.locator(".react-flow__node").nth(3).boundingBox();
  const drag = await framesDuring(page, () => strokes(page, circle(box.x + 40, box.y + 10, 60, 120), "left"));
  return { drag_p95_ms: drag.p95, drag_fps: drag.fps };
}

async function editing(page) {
  await page.focus("[data-board]");
  await page.mouse.move(720, 600);
  const palette = await several(5, async () => {
    const took = await fromKey(page, "Tab", ".pal [role=option]");
    await page.keyboard.press("Escape");
    return took;
  });
  await page.evaluate(() => window.bench.edits(5));
  const undo = await several(5, () => fromKey(page, "Control+z", null));
  return { palette_ms: palette, undo_ms: undo };
}

/** Six hundred states a second for four seconds, while a field is typed in. */
async function running(page) {
  await page.evaluate(() => window.bench.run());
  const frames = await framesDuring(page, () => page.waitForTimeout(MOVE_MS));
  const typed = await several(5, () => fromKey(page, "ArrowRight", null));
  return { live_p95_ms: frames.p95, live_input_ms: typed };
}

/**
 * How much larger the heap is after so many openings of a board. As many come before: on the way
 * there the browser compiles what is used often, and code is not what a board left behind.
 */
async function heap(page) {
  const session = await page.context().newCDPSession(page);
  const used = async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await session.send("HeapProfiler.collectGarbage");
    }
    return (await session.send("Runtime.getHeapUsage")).usedSize;
  };
  const cycle = (times) =>
    page.evaluate(
      async ([turns, nodes]) => {
        for (let turn = 0; turn < turns; turn += 1) {
          window.bench.open(nodes);
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          window.bench.close();
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      },
      [times, 200],
    );
  await cycle(OPENINGS);
  const before = await used();
  await cycle(OPENINGS);
  return { heap_growth: (await used()) / before };
}

const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const figures = { first_paint_ms: await firstPaint(browser) };
  const page = await open(browser);
  page.on("pageerror", (error) => console.error(String(error)));
  await page.waitForTimeout(500);
  Object.assign(figures, await movements(page));
  if (kind === "editor" && whole !== "whole") {
    Object.assign(figures, await dragging(page), await editing(page), await running(page), await heap(page));
  } else if (kind === "plain") {
    Object.assign(figures, await dragging(page));
  }
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
}
