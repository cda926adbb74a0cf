// The 补充表 with scripts: rates of a survey while it is typed, pasting a block of cells, and keeping what is not yet saved
// while the window is open. Everything is sent without it too.
(function () {
  "use strict";

  function number(text) {
    var plain = (text || "").normalize("NFKC").replace(/[\s,，]/g, "");
    return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  }
  // The columns of a survey: 问卷总数, 有效问卷数, 满意问卷数, 走访人数, 走访满意人数.
  function values(row) {
    return Array.prototype.map.call(row.querySelectorAll("td:not([data-rate])"), function (cell) {
      var input = cell.querySelector("input");
      return number(input ? input.value : cell.textContent.replace(/[^\d.]/g, ""));
    });
  }
  function rate(counts) {
    return counts[1] && counts[2] !== null ? (counts[2] / counts[1] * 100).toFixed(1) + "%" : "";
  }
  function reckon(table) {
    var sums = [0, 0, 0, 0, 0];
    table.querySelectorAll("tbody tr").forEach(function (row) {
      var counts = values(row);
      row.querySelector("[data-rate]").textContent = rate(counts);
      sums = sums.map(function (sum, n) { return sum === null || counts[n] === null ? null : sum + counts[n]; });
    });
    var foot = table.querySelector("tfoot");
    foot.querySelectorAll("[data-sum]").forEach(function (cell, n) { cell.textContent = sums[n] === null ? "" : sums[n]; });
    foot.querySelector("[data-rate]").textContent = rate(sums);
  }
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("table[data-rates]").forEach(function (table) {
      reckon(table);
      table.addEventListener("input", function () { reckon(table); });
    });
  });

  // A block copied from a spreadsheet goes into the cells right of and below the one that has the focus.
  function put(cell, text) {
    var field = cell && cell.querySelector("input:not([type=hidden]), select");
    if (!field) return;
    if (field.tagName === "SELECT") {
      Array.prototype.forEach.call(field.options, function (option) {
        var word = option.textContent.trim();
        if (word === text || option.value === text || word.split(" ").pop() === text) field.value = option.value;
      });
    } else {
      field.value = text;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.addEventListener("paste", function (event) {
    var start = event.target.closest(".wide-answers td, .figures-table td");
    var text = event.clipboardData ? event.clipboardData.getData("text") : "";
    if (!start || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    var row = start.parentNode;
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach(function (line) {
      if (!row) return;
      line.split("\t").forEach(function (value, n) { put(row.cells[start.cellIndex + n], value.trim()); });
      row = row.nextElementSibling;
    });
  });

  // What was typed and not saved, by page and office, until it is saved, given up, or the office signs out.
  var MARK = "dudao-unsaved ";
  function forget(keep) {
    try {
      Object.keys(sessionStorage).forEach(function (key) {
        if (key.indexOf(MARK) === 0 && key.indexOf(keep) !== 0) sessionStorage.removeItem(key);
      });
    } catch (error) { /* no storage: nothing is kept */ }
  }
  function controls(form) {
    return Array.prototype.filter.call(form.elements, function (el) {
      return el.name && el.type !== "hidden" && el.tagName !== "BUTTON" && el.name.indexOf("choose.") !== 0;
    });
  }
  function moved(el) {
    if (el.type === "radio") return el.checked && !el.defaultChecked;
    if (el.tagName === "SELECT") {
      return Array.prototype.some.call(el.options, function (option) { return option.selected && !option.defaultSelected; }) &&
        !(el.selectedIndex === 0 && !el.querySelector("[selected]"));
    }
    return el.value !== el.defaultValue;
  }
  function valueOf(form, name) {
    var found = form.elements[name];
    return found ? found.value : null;
  }
  function keeper(form) {
    var own = MARK + form.dataset.office + " ", key = own + location.pathname + location.search, box = document.getElementById("unsaved");
    var kept = null;
    forget(own);
    try { kept = JSON.parse(sessionStorage.getItem(key)); } catch (error) { kept = null; }
    function write() {
      try {
        if (kept && Object.keys(kept.values).length) sessionStorage.setItem(key, JSON.stringify(kept));
        else sessionStorage.removeItem(key);
      } catch (error) { /* full or refused: the form itself still holds everything */ }
    }
    function note(el) {
      kept = kept || { form: "", values: {} };
      if (el.type !== "radio" || el.checked) kept.values[el.name] = el.value;
    }
    if (kept && kept.form && kept.form === form.dataset.saved) kept = null;
    controls(form).forEach(function (el) {
      // held back by the server, or put back by the browser on going back
      if (el.getAttribute("aria-invalid") === "true" || moved(el)) note(el);
    });
    write();
    function open() {
      return Object.keys(kept ? kept.values : {}).filter(function (name) {
        var now = valueOf(form, name);
        return now !== null && now !== kept.values[name];
      });
    }
    if (!("previewed" in form.dataset) && open().length) {
      box.querySelector("[data-count]").textContent = open().length;
      box.hidden = false;
    }
    box.querySelector("[data-restore]").addEventListener("click", function () {
      open().forEach(function (name) {
        form.elements[name].value = kept.values[name];
        var el = form.elements[name].tagName ? form.elements[name] : form.elements[name][0];
        el.dispatchEvent(new Event("input", { bubbles: true }));
      });
      box.hidden = true;
      form.focus();
    });
    box.querySelector("[data-discard]").addEventListener("click", function () {
      kept = null; write(); box.hidden = true; form.focus();
    });
    function typed(event) {
      if (controls(form).indexOf(event.target) < 0) return;
      note(event.target); write();
    }
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", function () {
      if (kept) { kept.form = form.dataset.form; write(); }
    });
    // so that the browser's own sign-out leaves nothing behind
    document.querySelectorAll("form[action*='signout']").forEach(function (out) {
      out.addEventListener("submit", function () { forget("\n"); });
    });
  }
  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("answers");
    if (form && document.getElementById("unsaved")) keeper(form);
  });
})();
