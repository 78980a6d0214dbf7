import { IsString, Length, Matches } from 'class-validator';
import { NoBsn } from '#src/destruction/lists/no-bsn';

const NAME_ADVICE = 'Geef de lijst een naam van 3 tot 80 tekens: letters, cijfers, spaties en . , ( ) / -';

/** Name of a list; it is no place for a person's name, which no rule can test, nor for a number that names one. */
export class DrawUpListDto {
  @IsString({ message: NAME_ADVICE })
  @Matches(/^[\p{L}\p{N}][\p{L}\p{N} .,()/-]{2,79}$/u, { message: NAME_ADVICE })
  @NoBsn()
  name!: string;
}

export class ApproveListDto {
  @IsString({ message: 'Typ de naam van de lijst over.' })
  name!: string;
}

export class ReasonDto {
  @IsString({ message: 'Geef een reden.' })
  @Length(3, 500, { message: 'Geef een reden van 3 tot 500 tekens.' })
  @NoBsn()
  reason!: string;
}
