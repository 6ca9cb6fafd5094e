// Suggestions while somebody types, in the browser's own list under the search box.
(() => {
  const box = document.querySelector("input[data-suggest]");
  const list = box && document.getElementById(box.getAttribute("list"));
  if (!list) return;
  let waiting = 0;
  let asked = "";
  const ask = async () => {
    const typed = box.value.trim();
    if (typed.length < 2 || typed === asked) return;
    asked = typed;
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(typed)}`);
      const found = answer.ok ? await answer.json() : [];
      if (typed !== asked) return; // more has been typed since
      list.replaceChildren(...found.map((text) => Object.assign(document.createElement("option"), { value: text })));
    } catch {
      // Without suggestions the box works as before.
    }
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
})();
