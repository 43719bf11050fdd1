/** Who works in the shops of a fresh run: one person per role, so that every part of the staff page can be seen at once. */

const at = (name: string) => `${name}@staff.example`

export const DEFAULT_PEOPLE = [
  { name: 'May Chan', email: at('may'), roles: ['cashier'], stores: ['central'], note: 'cashier, Central' },
  { name: 'Tom Reid', email: at('tom'), roles: ['cashier'], stores: ['north'], note: 'cashier, North' },
  {
    name: 'Nora Lind',
    email: at('nora'),
    roles: ['manager'],
    stores: ['central', 'north'],
    note: 'manager, both stores',
  },
  { name: 'Mira Sousa', email: at('mira'), roles: ['marketer'], stores: '*', note: 'marketer' },
  { name: 'Cal Ito', email: at('cal'), roles: ['caller'], stores: ['central'], note: 'caller, Central' },
  { name: 'Ada Moreno', email: at('ada'), roles: ['admin'], stores: '*', note: 'admin' },
  { name: 'Otto Berg', email: at('otto'), roles: ['auditor'], stores: '*', note: 'auditor' },
].map(({ roles, ...person }) => ({
  ...person,
  // Without a staff record the groups of the pool say the roles.
  groups: roles,
  roles,
  sub: `local-${person.email.split('@')[0]}`,
  isShown: true,
}))
