import type { Contact, OrganizationLabel } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import {
  type GroupId,
  groupId,
  type OrganizationId,
  organizationId,
  type ProjectId,
  projectId,
} from '../../domain/ids.ts';
import { contactLabel } from '../../domain/link-plan.ts';
import type { FormOption } from '../form.ts';
import { contactRef, organizationRef } from '../wording/phrases.ts';

/** A contact to choose: name, address, and whether it is inactive. */
export const contactOption = (contact: Contact): FormOption => ({
  value: contactRef(contact),
  label: `${contactLabel(contact)}${contact.active ? '' : ' – inactive'}`,
});

/** An organization to choose. */
export const organizationOption = (organization: OrganizationLabel & { active?: boolean }): FormOption => ({
  value: organizationRef(organization),
  label: `${organization.name}${organization.active === false ? ' – inactive' : ''}`,
});

/** The organization that a choice stands for; throws `input.foreign_organization` for what stands for none. */
export function chosenOrganization(value: string): OrganizationId {
  const id = /^O([1-9]\d{0,18})$/.exec(value)?.[1];
  if (id === undefined) throw fail('input.foreign_organization', { reference: value, nearest: null });
  return organizationId(id);
}

/** A group to choose. By number: a path can be longer than what stands for a choice may be. */
export const groupOption = ({ id, fullPath }: { id: GroupId; fullPath: string }): FormOption => ({
  value: `G${id}`,
  label: fullPath,
});

/** The group that a choice stands for; null for none. */
export function chosenGroup(value: string): GroupId | null {
  const id = /^G([1-9]\d{0,18})$/.exec(value)?.[1];
  return id === undefined ? null : groupId(id);
}

/** An issue to choose, by its project's number. */
export const issueOption = (issue: {
  projectId: ProjectId;
  iid: number;
  reference: string;
  title: string;
}): FormOption => ({
  value: `${issue.projectId}#${issue.iid}`,
  label: `${issue.reference} ${issue.title}`,
});

/** The issue that a choice stands for; null for none. */
export function chosenIssue(value: string): { projectId: ProjectId; iid: number } | null {
  const [, project, iid] = /^([1-9]\d{0,18})#([1-9]\d{0,8})$/.exec(value) ?? [];
  return project === undefined ? null : { projectId: projectId(project), iid: Number(iid) };
}
