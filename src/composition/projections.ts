import { consentStatusProjection } from '#projections/consent-status/projection';
import { destructionRegisterProjection } from '#projections/destruction-register/projection';
import { dossierRegisterProjection } from '#projections/dossier-register/projection';
import { expiryCalendarProjection } from '#projections/expiry-calendar/projection';
import { ownTermsProjection } from '#projections/own-terms/projection';
import type { Projection } from '#projections/projection';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';

/** Every view the ledger keeps; a new one is added here and nowhere else. */
export const PROJECTIONS: readonly Projection[] = [
  consentStatusProjection, destructionRegisterProjection, dossierRegisterProjection, expiryCalendarProjection, ownTermsProjection, retentionAgendaProjection, yearlyFiguresProjection,
];
