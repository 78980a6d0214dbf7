import type { DemoLaw } from '#src/synthetic/played-event';
import type { Exchange } from '#src/synthetic/sharing-stories';

/**
 * Exchanges as they occur between domains. The bases are rows of domain/reference/legal-bases.json;
 * the organisations are invented.
 */
const needsConsent: Readonly<Record<DemoLaw, Exchange>> = {
  wmo2015: {
    purpose: 'taken-zvw',
    recipient: { organisation: 'Zorgaanbieder De Linde (verzonnen)', kind: 'zorgaanbieder' },
    article: 'wmo2015-5.2.5-2-zorgaanbieder-verstrekken',
    categories: ['lopende-hulp', 'beperking'], decidedBy: 'consulent',
  },
  jeugdwet: {
    purpose: 'delen-buiten-wet',
    recipient: { organisation: 'Basisschool De Kade (verzonnen)', kind: 'derde' },
    article: 'jeugdwet-dossier-anderen-toestemming',
    categories: ['opvoeding', 'voortgang'], decidedBy: 'jeugdprofessional',
  },
  wgs: {
    purpose: 'beoordeling-participatie-zelfredzaamheid', toLaw: 'wmo2015',
    recipient: { organisation: 'Gemeente Voorbeeldstad, Wmo', kind: 'intern-ander-domein' },
    article: 'wmo2015-5.1.1-4-hergebruik-client',
    categories: ['schulden', 'inkomen'], decidedBy: 'schuldhulpverlener',
  },
  participatiewet: {
    purpose: 'beoordeling-participatie-zelfredzaamheid', toLaw: 'wmo2015',
    recipient: { organisation: 'Gemeente Voorbeeldstad, Wmo', kind: 'intern-ander-domein' },
    article: 'wmo2015-5.1.1-4-hergebruik-client',
    categories: ['belastbaarheid', 'werk'], decidedBy: 'klantmanager',
  },
  leerplichtwet: {
    purpose: 'delen-buiten-wet',
    recipient: { organisation: 'Jeugdgezondheidszorg Voorbeeldstreek (verzonnen)', kind: 'derde' },
    article: 'avg-6-1-a-toestemming-externe-deling',
    categories: ['contactgegevens'], decidedBy: 'leerplichtambtenaar',
  },
  leerlingenvervoer: {
    purpose: 'delen-buiten-wet',
    recipient: { organisation: 'Vervoerder Rijtuig (verzonnen)', kind: 'derde' },
    article: 'avg-6-1-a-toestemming-externe-deling',
    categories: ['contactgegevens'], decidedBy: 'consulent',
  },
};

const needsNoConsent: Readonly<Record<DemoLaw, Exchange>> = {
  wmo2015: {
    purpose: 'onderzoek-veilig-thuis',
    recipient: { organisation: 'Veilig Thuis Voorbeeldstreek (verzonnen)', kind: 'veilig-thuis' },
    article: 'wmo2015-veilig-thuis-inlichtingen-verstrekken',
    categories: ['betrokken-organisaties', 'lopende-hulp'], decidedBy: 'consulent',
  },
  jeugdwet: {
    purpose: 'uitvoering-gedwongen-kader',
    recipient: { organisation: 'Jeugdbescherming Voorbeeldstreek (verzonnen)', kind: 'gecertificeerde-instelling' },
    article: 'gedwongen-kader-gecertificeerde-instelling-verstrekken',
    categories: ['opvoeding', 'voortgang', 'gezag'], decidedBy: 'jeugdprofessional',
  },
  wgs: {
    purpose: 'melding-veilig-thuis',
    recipient: { organisation: 'Veilig Thuis Voorbeeldstreek (verzonnen)', kind: 'veilig-thuis' },
    article: 'wet-meldcode-meldrecht-veilig-thuis-verstrekken',
    categories: ['gezinssamenstelling'], decidedBy: 'schuldhulpverlener',
  },
  participatiewet: {
    purpose: 'bevorderen-arbeidsinschakeling',
    recipient: { organisation: 'Re-integratie Werkspoor (verzonnen)', kind: 'derde-arbeidsinschakeling' },
    article: 'participatiewet-67-1-e-derde-arbeidsinschakeling-verstrekken',
    categories: ['werk', 'belastbaarheid'], decidedBy: 'klantmanager',
  },
  leerplichtwet: {
    purpose: 'melding-veilig-thuis',
    recipient: { organisation: 'Veilig Thuis Voorbeeldstreek (verzonnen)', kind: 'veilig-thuis' },
    article: 'wet-meldcode-meldrecht-veilig-thuis-verstrekken',
    categories: ['gezinssamenstelling'], decidedBy: 'leerplichtambtenaar',
  },
  leerlingenvervoer: {
    purpose: 'melding-veilig-thuis',
    recipient: { organisation: 'Veilig Thuis Voorbeeldstreek (verzonnen)', kind: 'veilig-thuis' },
    article: 'wet-meldcode-meldrecht-veilig-thuis-verstrekken',
    categories: ['gezinssamenstelling'], decidedBy: 'consulent',
  },
};

export const EXCHANGES = { needsConsent, needsNoConsent } as const;
