import type { Api } from '#src/demo/api';
import { writeOutput } from '#src/demo/output-folder';

/** Account and certificate as PDF, to read and to keep; says so where this machine cannot make them. Answers the files. */
export async function writePdfs(api: Api, folder: string, year: number, listId: string, say: (line: string) => void): Promise<readonly string[]> {
  const wanted = [
    { name: `verantwoording-${year}.pdf`, as: 'controller', path: `/v1/annual-reports/${year}` },
    { name: 'verklaring-van-vernietiging.pdf', as: 'archivist', path: `/v1/destruction-lists/${listId}/certificate` },
  ] as const;
  const files: string[] = [];
  for (const { name, ...call } of wanted) {
    const pdf = await api.file({ ...call, accept: 'application/pdf' });
    if (pdf === null) say(`  ${name}: NIET GEMAAKT, voor deze machine is er geen PDF-compiler.`);
    else files.push(writeOutput(folder, name, pdf));
  }
  return files;
}
