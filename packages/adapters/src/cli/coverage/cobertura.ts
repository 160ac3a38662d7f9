import { basename, dirname } from "node:path";
import type { FileCoverage, ReportedItem } from "@turnpike/core/testing";
import { escapeXml } from "../escape-xml.js";
import { byLine, isLine } from "./lines.js";

/** Coverage in Cobertura's XML: a package a folder, a class a document. */
export function cobertura(files: readonly FileCoverage[]): string {
  const folders = new Map<string, FileCoverage[]>();
  for (const file of files) {
    const folder = dirname(file.file);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const all = counts(files);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">',
    `<coverage ${rates(all)} lines-covered="${all.linesHit}" lines-valid="${all.lines}" branches-covered="${all.branchesHit}" branches-valid="${all.branches}" complexity="0" version="1" timestamp="0">`,
    "  <sources><source>.</source></sources>",
    "  <packages>",
    ...[...folders].flatMap(([folder, inside]) => [
      `    <package name="${escapeXml(folder)}" ${rates(counts(inside))} complexity="0">`,
      "      <classes>",
      ...inside.flatMap(classOf),
      "      </classes>",
      "    </package>",
    ]),
    "  </packages>",
    "</coverage>",
  ].join("\n");
}

function classOf(file: FileCoverage): string[] {
  const lines = byLine(file.items.filter(isLine));
  const branches = new Map<number, ReportedItem[]>();
  for (const item of file.items) if (!isLine(item)) branches.set(item.line, [...(branches.get(item.line) ?? []), item]);
  const numbers = [...new Set([...lines.keys(), ...branches.keys()])].sort((a, b) => a - b);
  return [
    `        <class name="${escapeXml(basename(file.file))}" filename="${escapeXml(file.file)}" ${rates(counts([file]))} complexity="0">`,
    "          <methods />",
    "          <lines>",
    ...numbers.map((number) => {
      const here = branches.get(number) ?? [];
      const hits = lines.get(number) ?? Math.max(...here.map((item) => item.hits));
      if (here.length === 0) return `            <line number="${number}" hits="${hits}" branch="false" />`;
      const taken = here.filter((item) => item.hits > 0).length;
      const share = Math.floor((taken / here.length) * 100);
      return `            <line number="${number}" hits="${hits}" branch="true" condition-coverage="${share}% (${taken}/${here.length})" />`;
    }),
    "          </lines>",
    "        </class>",
  ];
}

interface Counts {
  readonly lines: number;
  readonly linesHit: number;
  readonly branches: number;
  readonly branchesHit: number;
}

function counts(files: readonly FileCoverage[]): Counts {
  const sum = { lines: 0, linesHit: 0, branches: 0, branchesHit: 0 };
  for (const { items } of files) {
    const lines = [...byLine(items.filter(isLine)).values()];
    const branches = items.filter((item) => !isLine(item));
    sum.lines += lines.length;
    sum.linesHit += lines.filter((hits) => hits > 0).length;
    sum.branches += branches.length;
    sum.branchesHit += branches.filter(({ hits }) => hits > 0).length;
  }
  return sum;
}

function rates({ lines, linesHit, branches, branchesHit }: Counts): string {
  const rate = (hit: number, all: number): string => (all === 0 ? 1 : Math.floor((hit / all) * 10_000) / 10_000).toString();
  return `line-rate="${rate(linesHit, lines)}" branch-rate="${rate(branchesHit, branches)}"`;
}
