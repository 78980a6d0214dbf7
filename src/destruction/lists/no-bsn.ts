import { registerDecorator } from 'class-validator';
import { holdsBsn } from '#domain/dossier/bsn';

/** Refuses text that holds a BSN as a whole word. The constraint's name gives the refusal its code. */
export function NoBsn(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'bsnInText', target: target.constructor, propertyName: String(property), options: { message: 'Een BSN hoort niet in deze tekst.' },
      validator: { validate: (value: unknown) => typeof value !== 'string' || !holdsBsn(value) },
    });
  };
}
