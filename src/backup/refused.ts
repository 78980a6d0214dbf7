/** Why there is no backup, or why one is not put back. */
export const BACKUP_REFUSALS = {
  'ledger-missing': 'In de gegevensmap staat geen grootboek.',
  'folder-exists': 'De map voor de reservekopie bestaat al. Er wordt niets overschreven.',
  'run-open': 'Er loopt een vernietiging, of er kwam er een tussendoor. Dan wordt er geen reservekopie gemaakt: wat verdwijnt, zou erin blijven. Probeer het daarna opnieuw.',
  'head-behind': 'Het einde van het grootboek is nog niet ondertekend. Start de dienst en probeer het opnieuw.',
  'copy-not-intact': 'De kopie is niet ongeschonden en is weer verwijderd. Controleer het grootboek met "rekenschap verify --keys".',
  'backup-unreadable': 'De reservekopie is niet te lezen: het manifest of het bestand ontbreekt of klopt niet.',
  'backup-changed': 'De reservekopie is sinds het maken veranderd: de hash klopt niet met het manifest.',
  'backup-of-another-ledger': 'De reservekopie is van een ander grootboek.',
  'backup-not-intact': 'De reservekopie is geschonden of niet te controleren. Er is niets teruggezet.',
  'nothing-to-restore': 'Noem met --ledger en --vault de mappen van de reservekopie, of met --new-epoch wat al in de gegevensmap staat.',
  'data-present': 'In de gegevensmap staat al zo\'n bestand. Er wordt niets overschreven: verplaats of verwijder het eerst.',
  'head-missing': 'In de hoofdmappen staat geen hoofdregel van dit grootboek. Zonder die regels kan een oude kopie het verleden veranderen. Zet eerst een hoofdmap terug.',
  'fence-behind': 'Het hek is ouder dan de nieuwste hoofdregel of verklaring. Met dit hek kan iets terugkomen dat vernietigd is. Zet eerst het nieuwste hek terug uit een hoofdmap.',
  'fence-key-forgotten': 'De heksleutel van een jaar na deze reservekopie is vergeten: niet te zeggen is wat sindsdien vernietigd is. Deze kopie is te oud om terug te zetten.',
  'shown-malformed': 'Wat met --against getoond is, is geen hoofdregel, verklaring of ontvangstbewijs van dit grootboek.',
  'older-than-head': 'De reservekopie is ouder dan het grootboek was. Terugzetten kan alleen met een nieuw tijdvak: voeg --new-epoch toe. Wat daarna is vastgelegd, is dan weg.',
  'keys-lost': 'De kluis mist sleutels van stromen die niet vernietigd zijn: hun gebeurtenissen zijn onleesbaar. Zet een nieuwere kluis terug, of voeg --accept-loss toe om dat verlies vast te leggen.',
  'vault-of-another-ledger': 'De kluis hoort bij een ander grootboek.',
  'restore-unfinished': 'Een eerder terugzetten is niet af. Maak het af met "rekenschap restore --resume"; tot dan start de dienst niet.',
  'nothing-unfinished': 'Er is geen terugzetten om af te maken.',
} as const;

export type BackupRefusalCode = keyof typeof BACKUP_REFUSALS;

/** `code` is stable, the message a Dutch sentence for operations. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';

  constructor(readonly code: BackupRefusalCode, detail = '') {
    super(detail === '' ? BACKUP_REFUSALS[code] : `${BACKUP_REFUSALS[code]} ${detail}`);
  }
}
