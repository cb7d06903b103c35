// A certificate for 127.0.0.1 that nobody else trusts, made for one test.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** {key, cert} for a server, the certificate's file for its clients. */
export function makeCertificate() {
  const folder = mkdtempSync(path.join(tmpdir(), 'vowel-certificate-'));
  const [key, file] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', file,
    '-days', '1', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(file), file, remove: () => rmSync(folder, { recursive: true }) };
}
