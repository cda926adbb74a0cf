// The ledger with scripts: on a wide screen a problem opens beside the table; ↑ ↓ move from row to row, Enter opens.
// Without this file the same links lead to the problem's own page.
(function () {
  "use strict";
  var wide = window.matchMedia("(min-width: 1200px)");

  function links() { return Array.prototype.slice.call(document.querySelectorAll("a[data-panel]")); }

  function open(link) {
    var key = link.closest("tr").dataset.row, here = new URL(location.href);
    here.searchParams.set("row", key);
    var back = encodeURIComponent(here.pathname + here.search);
    window.htmx.ajax("GET", link.dataset.panel + "?next=" + back, { target: "#panel", swap: "innerHTML" });
    links().forEach(function (one) {
      var same = one === link;
      one.closest("tr").classList.toggle("chosen", same);
      if (same) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
    });
    history.replaceState(null, "", here.pathname + here.search);
    document.getElementById("panel").hidden = false;
    document.getElementById("ledger").classList.add("opened");
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-panel]");
    if (!link || !wide.matches || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });

  document.addEventListener("keydown", function (event) {
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key], link = event.target.closest("a[data-panel]");
    if (!step || !link) return;
    var all = links(), next = all[all.indexOf(link) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
