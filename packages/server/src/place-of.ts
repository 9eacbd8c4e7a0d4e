import { join } from 'node:path'
import type { Configuration } from './configuration.ts'
import type { InstallationPlace } from './open-installation.ts'

/** Where the configuration says that the installation is. */
export function placeOf({
  dataFolder,
  databaseUrl,
  masterKey,
  masterKeyFile,
}: Pick<Configuration, 'dataFolder' | 'databaseUrl' | 'masterKey' | 'masterKeyFile'>): InstallationPlace {
  return {
    store:
      databaseUrl === undefined
        ? { kind: 'sqlite', folder: dataFolder }
        : { kind: 'postgres', url: databaseUrl },
    masterKey,
    masterKeyFile: masterKeyFile ?? join(dataFolder, 'master.key'),
  }
}
