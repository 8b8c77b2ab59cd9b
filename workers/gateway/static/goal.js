// While a goal is typed, asks the program's own gate which letters hold and shows what it says. No rule is here.
"use strict";
(() => {
  const PAUSE = 700;

  const line = (mark) => {
    const item = document.createElement("li");
    item.className = mark.holds ? "holds" : "lacks";
    const letter = document.createElement("b");
    letter.textContent = mark.letter;
    const name = document.createElement("span");
    name.textContent = `${mark.name}: ${mark.holds ? "yes" : "not yet"}`;
    item.append(letter, " ", name);
    if (mark.hint) {
      const hint = document.createElement("span");
      hint.className = "about";
      hint.textContent = mark.hint;
      item.append(" ", hint);
    }
    return item;
  };

  const ask = async (form) => {
    const body = new URLSearchParams(new FormData(form));
    body.set("check", "while_typing");
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) throw new Error("no check");
    return answer.json();
  };

  for (const form of document.querySelectorAll("form[data-check]")) {
    const place = form.querySelector("[data-marks]");
    let timer, turn = 0, shown = "";

    const check = async () => {
      const mine = ++turn;
      let made;
      try {
        made = (await ask(form)).map(line);
      } catch {
        made = [document.createElement("li")];
        made[0].textContent = "It cannot be checked just now. You can go on typing.";
      }
      if (mine !== turn) return;
      const list = document.createElement("ul");
      list.append(...made);
      // A screen reader hears it once more only where something changed.
      if (list.outerHTML !== shown) place.replaceChildren(list);
      shown = list.outerHTML;
    };

    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE);
    });
    form.querySelector("button[name=check]").addEventListener("click", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      check();
    });
  }
})();
