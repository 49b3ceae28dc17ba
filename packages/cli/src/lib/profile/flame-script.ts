/** The style of the page of a profile. */
export const FLAME_STYLE = `
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; color: #0f172a; }
h1 { font-size: 1.1rem; } h2 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
table { border-collapse: collapse; font-size: 13px; } th, td { text-align: left; padding: .1rem .8rem .1rem 0; }
.flame { position: relative; overflow: hidden; }
.flame div { position: absolute; height: 17px; box-sizing: border-box; border: 1px solid #fff; overflow: hidden;
  white-space: nowrap; font-size: 11px; line-height: 15px; padding: 0 3px; cursor: pointer; }
.flame .found { outline: 2px solid #7c3aed; outline-offset: -2px; }
input { margin: .3rem 0; width: 20rem; }`;

/**
 * Draws each tree of the page: a click zooms into a function, a click on the bottom row zooms out, the field marks functions by a part of their
 * name or file. Own code has another colour than packages and Node, and native functions have that of their owner.
 */
export const FLAME_SCRIPT = `
for (const host of document.querySelectorAll(".flame")) {
  const root = JSON.parse(document.querySelector('[data-for="' + host.id + '"]').textContent);
  const unit = host.dataset.unit;
  const field = document.createElement("input");
  field.placeholder = "mark functions or files";
  host.before(field);
  let focus = [root];
  const show = (value) => unit === "ms" ? value.toFixed(1) + " ms" : (value / 1e6).toFixed(2) + " MB";
  const native = { "[kernel]": "#fca5a5", "[V8]": "#bfdbfe", "[libuv]": "#99f6e4", "[Node]": "#a7f3d0" };
  const colour = ([name, place]) =>
    place.startsWith("[") ? native[place] ?? "#ddd6fe"
    : name.startsWith("(") || place === "" ? "#cbd5e1" : place.startsWith("node:") ? "#bbf7d0"
    : place.includes("/node_modules/") ? "#fde68a" : "#fdba74";
  function draw() {
    host.textContent = "";
    const width = host.clientWidth, wanted = field.value.toLowerCase();
    let deepest = 0;
    const add = (node, path, left, share) => {
      if (share * width < 1) return;
      const depth = path.length - 1;
      deepest = Math.max(deepest, depth);
      const box = document.createElement("div");
      box.textContent = node[0];
      box.title = node[0] + "\\n" + node[1] + "\\n" + show(node[2]) + ", " + (node[2] / root[2] * 100).toFixed(1) + " % of all";
      box.style.cssText = "left:" + left * 100 + "%;width:" + share * 100 + "%;top:" + depth * 17 + "px;background:" + colour(node);
      if (wanted !== "" && (node[0] + " " + node[1]).toLowerCase().includes(wanted)) box.className = "found";
      box.onclick = () => { focus = path; draw(); };
      host.append(box);
      if (depth < focus.length - 1) return add(focus[depth + 1], focus.slice(0, depth + 2), 0, 1);
      let at = left;
      for (const child of node[3]) {
        const part = node[2] === 0 ? 0 : share * child[2] / node[2];
        add(child, [...path, child], at, part);
        at += part;
      }
    };
    add(root, [root], 0, 1);
    host.style.height = (deepest + 1) * 17 + "px";
  }
  field.oninput = draw;
  addEventListener("resize", draw);
  draw();
}`;
