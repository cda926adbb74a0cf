// The 补充表 with scripts: rates of a survey while it is typed, and pasting a block of cells. Everything is sent without it too.
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
})();
